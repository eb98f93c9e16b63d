"""Pictures of the application at work, taken while real events use it: `python -m tests.shots FOLDER`.

A scene is a function that takes a `Stage`, uses the window and calls `stage.shoot`. Scenes live in the modules
`scenes_*` of this package, each with a tuple `SCENES`; a new module is found by its name.
"""
