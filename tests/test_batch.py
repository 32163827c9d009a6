"""Many command lines in one file."""


def test_every_line_that_can_be_done_is_done(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text(
        "# a comment\n\nl2 --range -1 1   # after words too\nl3\n"
        "l1 --title 'two words' -o named.svg\nl2 --at 1\nl1 --title 'open\n"
    )
    result = lossplot("batch", "figures.txt", "--into", "out/deep")
    assert result.code == 1
    assert result.out.splitlines() == [
        "out/deep/l2.png",
        "out/deep/named.svg",
        "l2 at 1, target 0: value 1, gradient 2, hessian 2",
    ]
    errors = result.err.splitlines()
    assert errors[0].startswith("figures.txt:4: no loss is called 'l3'")
    assert errors[1] == "figures.txt:7: a quote is opened and never closed"
    assert errors[2] == "lossplot: 2 of the 5 lines of figures.txt failed"
    assert {path.name for path in (tmp_path / "out/deep").iterdir()} == {"l2.png", "named.svg"}


def test_standard_input(lossplot):
    result = lossplot("batch", "-", stdin=b"\xef\xbb\xbfl2\r\nl3\r\n")
    assert result.out == "l2.png\n"
    assert result.err.startswith("<stdin>:2: no loss")


def test_a_batch_inside_a_batch_is_refused(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("batch figures.txt\narticle\n")
    result = lossplot("batch", "figures.txt")
    assert result.code == 1
    assert result.err.count("a batch inside a batch") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["figures.txt"]


def test_two_lines_that_write_one_file(lossplot, tmp_path):
    (tmp_path / "figures.txt").write_text("l2\nl1 -o ./l2.png\nl2 --range 0 1 -o -\n")
    result = lossplot("batch", "figures.txt")
    assert (result.code, result.out) == (1, "l2.png\n")
    assert "figures.txt:2: l2.png is written by line 1" in result.err
    assert "figures.txt:3: -o -" in result.err


def test_progress_is_shown_on_a_terminal_only(lossplot, tmp_path, monkeypatch):
    (tmp_path / "figures.txt").write_text("l2 --at 1\n")
    assert lossplot("batch", "figures.txt").err == ""
    from conftest import Stream

    monkeypatch.setattr(Stream, "isatty", lambda _: True)
    assert "figures.txt" in lossplot("batch", "figures.txt").err
