"""The learning curve's file."""

from pathlib import Path

from funcgen.training.learning_curve import Point, write_curve


def test_write_curve(tmp_path: Path) -> None:
    write_curve(tmp_path / "curve.csv", [Point(100, 1 / 3, 2.0, 0.001), Point(200, 1e-7, 1.5, 5e-05)])
    lines = ["step,train_loss,validation_loss,learning_rate", "100,0.333333,2,0.001", "200,1e-07,1.5,5e-05", ""]
    assert (tmp_path / "curve.csv").read_bytes().decode() == "\n".join(lines)
    write_curve(tmp_path / "empty.csv", [])
    assert (tmp_path / "empty.csv").read_text() == lines[0] + "\n"


def test_a_long_curve_keeps_its_steps(tmp_path: Path) -> None:
    write_curve(tmp_path / "curve.csv", [Point(1_234_567, 1.0, 1.0, 1.0)])
    assert (tmp_path / "curve.csv").read_text().splitlines()[1] == "1234567,1,1,1"
