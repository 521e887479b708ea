"""Figures: numbers with their units, what they measure, who owns them, and when they hold.

`quantities` finds the numbers (with `units` and `bounds`); `indicators` and `measures` say what they measure.
`claims` and the modules it builds on list the candidate owners of a figure; `ranking` and `owners` choose
among them. `times` decides when a figure holds, and `observations` combines the results. `learning`,
`lessons` and `time_lessons` train the models.
"""
