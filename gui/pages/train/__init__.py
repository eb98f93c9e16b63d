"""The page on which networks are trained."""

from gui.pages.train.page import TrainPage

__all__ = ["TrainPage"]
