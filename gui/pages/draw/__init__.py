"""The page on which users draw for their networks."""

from gui.pages.draw.page import DrawPage

__all__ = ["DrawPage"]
