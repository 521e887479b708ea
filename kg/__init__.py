"""Knowledge graphs from Chinese regional-development news, every fact with its sentence."""

__version__ = "0.1.0"
