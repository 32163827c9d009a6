"""Make Matplotlib see its own fonts only, so that no test depends on the fonts of a machine."""

import os
from pathlib import Path


def use_own_fonts(folder):
    """Hide all but Matplotlib's own fonts, here and in every process that is started from here.

    `folder` takes Matplotlib's list of fonts. Call this before Matplotlib is imported, which reads its name once.
    """
    os.environ["MPLCONFIGDIR"] = str(folder)
    import matplotlib as mpl
    from matplotlib import font_manager

    manager = font_manager.fontManager
    own = Path(mpl.get_data_path())
    font_manager.findSystemFonts = lambda *_, **__: []  # fonts that were installed later stay hidden, too
    manager.ttflist = [entry for entry in manager.ttflist if Path(entry.fname).is_relative_to(own)]
    cache = Path(mpl.get_cachedir(), f"fontlist-v{font_manager.FontManager.__version__}.json")
    font_manager.json_dump(manager, cache)
