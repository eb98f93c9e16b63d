"""Formats numbers for display: durations, sizes, shares, speeds and learning rates, rounded to useful digits."""

from core.i18n import _


def duration(seconds: float) -> str:
    """Returns a time in its two largest units: "0.42 s", "4.3 s", "48 s", "3 min 05 s", "2 h 10 min"."""
    if seconds < 9.95:
        return _("{seconds} s").format(seconds=f"{seconds:.2f}" if seconds < 0.995 else f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=f"{whole % 60:02d}")
    minutes = round(seconds / 60)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def size(count: float) -> str:
    """Returns an amount of bytes in decimal units with two or three digits: "640 kB", "1.2 MB", "210 MB", "3.1 GB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5 or unit == "GB":
            break
        count /= 1000
    return f"{count:.1f} {unit}" if count < 9.95 and unit != "B" else f"{count:,.0f} {unit}"


def percent(share: float) -> str:
    """Returns a share from 0 to 1 in percent: "98.41 %"."""
    return f"{100 * share:.2f} %"


def speed(per_second: float) -> str:
    """Returns a rate per second with three digits, since further digits change too fast to read: "13,900"."""
    return f"{float(f'{per_second:.3g}'):,.0f}"


def learning_rate(rate: float) -> str:
    """Returns a learning rate as one would type it, with at most three digits: "0.001", "3e-5"."""
    return f"{rate:.3g}".replace("e-0", "e-").replace("e+0", "e")
