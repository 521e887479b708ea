"""Figures: numbers with their units, what they measure, whose they are, and when they hold.

`quantities` finds the numbers (with `units` and `bounds`), `indicators` and `measures` say what they measure,
`claims` and what it stands on lay out whose a figure may be, `ranking` and `owners` choose, `times`
tells when it holds, and `observations` puts all together. `learning`, `lessons` and `time_lessons`
teach the choices.
"""
