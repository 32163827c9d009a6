"""Options that people try and lossplot calls otherwise: each with the words that do it."""

from __future__ import annotations

FILE, WIDE, TALL = "-o figure.png", "--size 8cm auto", "--size auto 6cm"
LINE, SHEET = "--line r--", "--style FILE.mplstyle, a file with the line"
BOUNDS, HEIGHTS = "--range -2 2", "--ylim 0 5"
GRADIENT, HESSIAN = "--show value --show gradient", "--show hessian"
NO_TITLE, NO_LEGEND = "--title ''", "--legend none"

# The words stand before the first comma.
INSTEAD: dict[str, str] = {
    **dict.fromkeys(
        ("--out", "--out-file", "--outfile", "--output-file", "--save", "--save-as", "--savefig", "--file",
         "--filename", "--path", "--to", "--export"), FILE,
    ),
    **dict.fromkeys(("--type", "--ext", "--extension"), "-o - --format svg"),
    **{f"--{form}": f"-o figure.{form}" for form in ("png", "svg", "pdf", "gif", "html", "mp4")},
    **dict.fromkeys(("--overwrite", "--clobber"), FILE + ", which replaces the file that is there"),
    **dict.fromkeys(("--animate", "--animation"), "-o figure.gif, of a sweep such as --target 0:1:20"),
    **dict.fromkeys(("--color", "--colour", "--colors", "--linestyle", "--line-style", "--ls", "--fmt"), LINE),
    **dict.fromkeys(("--marker", "--markers"), "--line o-"),
    **dict.fromkeys(("--lw", "--linewidth", "--line-width"), f"{SHEET} lines.linewidth: 3"),
    **dict.fromkeys(("--fontsize", "--font-size"), f"--label-size 12, or {SHEET} font.size: 12"),
    **dict.fromkeys(("--font-family", "--fontname"), "--font 'DejaVu Serif'"),
    **dict.fromkeys(("--theme", "--stylesheet", "--dark", "--dark-mode"), "--style dark"),
    **dict.fromkeys(("--background", "--bg"), "--transparent, or --style dark"),
    **dict.fromkeys(("--width", "--fig-width"), WIDE),
    **dict.fromkeys(("--height", "--fig-height"), TALL),
    **dict.fromkeys(("--figsize", "--fig-size", "--figure-size"), "--size 8cm 6cm"),
    **dict.fromkeys(("--resolution", "--ppi"), "--dpi 300"),
    **dict.fromkeys(("--xrange", "--x-range", "--domain", "--xmin", "--xmax", "--x-min", "--x-max"), BOUNDS),
    **dict.fromkeys(("--min", "--max", "--from", "--start", "--stop", "--end", "--interval"), BOUNDS),
    **dict.fromkeys(("--yrange", "--y-range", "--ymin", "--ymax", "--y-min", "--y-max", "--y-lim"), HEIGHTS),
    "--x-lim": "--xlim -2 2",
    **dict.fromkeys(("--samples", "--n", "--num", "--steps", "--num-points", "--npoints", "--n-points"), "--points 99"),
    **dict.fromkeys(("--no-legend", "--hide-legend", "--nolegend"), NO_LEGEND),
    **dict.fromkeys(("--show-legend", "--legend-loc", "--legend-position", "--loc"), "--legend best"),
    **dict.fromkeys(("--no-title", "--hide-title"), NO_TITLE),
    **dict.fromkeys(("--name", "--names", "--labels", "--legend-label", "--legend-labels"), "--label TEXT"),
    "--x-label": "--xlabel TEXT",
    "--y-label": "--ylabel TEXT",
    **dict.fromkeys(("--logy", "--log-y", "--semilogy", "--yscale", "--log-scale", "--logscale"), "--log y"),
    **dict.fromkeys(("--logx", "--log-x", "--semilogx", "--xscale"), "--log x"),
    **dict.fromkeys(("--loglog", "--log-log"), "--log both"),
    **dict.fromkeys(("--grad", "--gradient", "--derivative", "--derivatives", "--show-gradient"), GRADIENT),
    **dict.fromkeys(("--hessian", "--second-derivative", "--show-hessian", "--curvature"), HESSIAN),
    **dict.fromkeys(("--y-true", "--true", "--truth", "--targets", "--y", "--ground-truth"), "--target 1"),
    **dict.fromkeys(("--pred", "--y-pred", "--prediction", "--predictions", "--eval", "--evaluate", "--value"),
                    "--at 0.5"),
    **dict.fromkeys(("--3d", "--surface"), "--as surface, of one sweep such as --target 0:1:20"),
    **dict.fromkeys(("--heatmap", "--contour", "--2d"), "--as contour, of one sweep such as --target 0:1:20"),
    **dict.fromkeys(("--latex", "--equation", "--show-formula"), "--formula"),
    **dict.fromkeys(("--minimum", "--show-minimum", "--annotate"), "--mark minimum"),
    **dict.fromkeys(("--ascii", "--text", "--unicode"), "--terminal"),
    **dict.fromkeys(("--frame-rate", "--framerate", "--speed", "--duration"), "--fps 20"),
    **dict.fromkeys(("--silent", "--no-output"), "--quiet"),
}  # fmt: skip
