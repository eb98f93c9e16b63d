"""The page on which users write for their networks."""

from gui.pages.write.page import WritePage

__all__ = ["WritePage"]
