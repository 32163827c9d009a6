"""Options that people try and lossplot calls otherwise: the words that do it, with the options that are refused."""

SHEET = "--style FILE.mplstyle, a file with the line"
# The words stand before the first comma.
TRIED = {
    "-o figure.png": "--out --out-file --outfile --output-file --save --save-as --savefig --file --filename --path --to"
    " --export --png",
    **{f"-o figure.{form}": f"--{form}" for form in ("svg", "pdf", "gif", "html", "mp4")},
    "-o figure.png, which replaces the file that is there": "--overwrite --clobber",
    "-o figure.gif, of a sweep such as --target 0:1:20": "--animate --animation",
    "-o - --format svg": "--type --ext --extension",
    "--terminal": "--ascii --text --unicode",
    "--quiet": "--silent --no-output",
    "--line r--": "--color --colour --colors --linestyle --line-style --ls --fmt",
    "--line o-": "--marker --markers",
    f"{SHEET} lines.linewidth: 3": "--lw --linewidth --line-width",
    f"--label-size 12, or {SHEET} font.size: 12": "--fontsize --font-size",
    "--font 'DejaVu Serif'": "--font-family --fontname",
    "--style dark": "--theme --stylesheet --dark --dark-mode",
    "--transparent, or --style dark": "--background --bg",
    "--size 8cm auto": "--width --fig-width",
    "--size auto 6cm": "--height --fig-height",
    "--size 8cm 6cm": "--figsize --fig-size --figure-size",
    "--dpi 300": "--resolution --ppi",
    "--range -2 2": "--xrange --x-range --domain --xmin --xmax --x-min --x-max --min --max --from --start --stop --end"
    " --interval",
    "--xlim -2 2": "--x-lim",
    "--ylim 0 5": "--yrange --y-range --ymin --ymax --y-min --y-max --y-lim",
    "--points 99": "--samples --n --num --steps --num-points --npoints --n-points",
    "--legend none": "--no-legend --hide-legend --nolegend",
    "--legend best": "--show-legend --legend-loc --legend-position --loc",
    "--title ''": "--no-title --hide-title",
    "--label TEXT": "--name --names --labels --legend-label --legend-labels",
    "--xlabel TEXT": "--x-label",
    "--ylabel TEXT": "--y-label",
    "--log y": "--logy --log-y --semilogy --yscale --log-scale --logscale",
    "--log x": "--logx --log-x --semilogx --xscale",
    "--log both": "--loglog --log-log",
    "--show value --show gradient": "--grad --gradient --derivative --derivatives --show-gradient",
    "--show hessian": "--hessian --second-derivative --show-hessian --curvature",
    "--target 1": "--y-true --true --truth --targets --y --ground-truth",
    "--at 0.5": "--pred --y-pred --prediction --predictions --eval --evaluate --value",
    "--as surface, of one sweep such as --target 0:1:20": "--3d --surface",
    "--as contour, of one sweep such as --target 0:1:20": "--heatmap --contour --2d",
    "--formula": "--latex --equation --show-formula",
    "--mark minimum": "--minimum --show-minimum --annotate",
    "--fps 20": "--frame-rate --framerate --speed --duration",
}
INSTEAD = {option: words for words, options in TRIED.items() for option in options.split()}
