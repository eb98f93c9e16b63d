"""Sentences whose grammar turns the meaning of their words: negated, doubly negated, contrasted, asked.

They are rare in reviews. Here they are made from patterns, subjects and words, all different from the templates of the
program's own test sentences. Labels follow from the pattern: 1 positive, 0 negative.
"""

import random

from core.data.text import Examples

SUBJECTS = (
    "the film", "this phone", "the food", "our teacher", "the hotel", "the app", "the weather", "my new job",
    "the trip", "the lesson", "this book", "the service", "the ending", "the team", "our room", "that song",
    "the update", "her talk", "the museum", "the battery", "this city", "the soup", "AI", "the exam", "his advice",
    "the show", "the train ride", "the plot", "the price", "this course", "the camera", "the party", "their website",
    "it", "this", "the whole thing",
)  # fmt: skip
GOOD = (
    "good", "great", "interesting", "useful", "funny", "clear", "friendly", "fresh", "reliable", "comfortable",
    "fast", "beautiful", "worth it", "exciting", "helpful", "smooth", "clever", "tasty", "fair", "fun", "charming",
    "impressive", "perfect", "pleasant", "enjoyable", "convincing", "original", "honest", "relaxing", "satisfying",
    "amazing", "nice",
)  # fmt: skip
BAD = (
    "bad", "boring", "useless", "slow", "rude", "dirty", "ugly", "noisy", "overpriced", "confusing", "broken", "cold",
    "disappointing", "weak", "dull", "annoying", "terrible", "awful", "unfair", "stupid", "a waste of time",
    "tedious", "painful", "sad", "horrible", "clumsy", "stale", "predictable", "frustrating", "unpleasant", "a mess",
    "worthless",
)  # fmt: skip
LIKE = ("love", "like", "enjoy", "recommend", "trust", "admire", "miss")
HATE = ("hate", "dislike", "regret", "resent", "dread", "despise", "mind")

KEEP = (
    "{S} is {a}", "{S} was really {a}", "I {v} {s}", "we all {v} {s}", "I think {s} is {a}", "{S} turned out {a}",
    "I can't say {s} isn't {a}", "nobody can deny that {s} is {a}", "it's not true that {s} isn't {a}",
    "I don't doubt that {s} is {a}", "there is no way {s} isn't {a}", "{S} never fails to be {a}",
    "not one person says {s} isn't {a}", "I never said that I don't {v} {s}", "it isn't as if I didn't {v} {s}",
    "nobody doesn't {v} {s}", "{S} is not only {a}, it is also {a2}", "I couldn't help but {v} {s}",
    "there was not a day when {s} wasn't {a}", "I have never seen anything as {a} as {s}", "{S} couldn't be more {a}",
)  # fmt: skip
TURN = (
    "{S} is not {a}", "{S} isn't {a} at all", "{S} was never {a}", "there is nothing {a} about {s}",
    "I don't think {s} is {a}", "{S} is hardly {a}", "{S} is anything but {a}", "I would not call {s} {a}",
    "nobody would call {s} {a}", "{S} is far from {a}", "{S} is neither {a} nor {a2}", "I wouldn't say {s} was {a}",
    "no one found {s} {a}", "{S} wasn't {a} in the least", "I don't {v} {s}", "I didn't {v} {s} at all",
    "we didn't {v} {s} one bit", "I can't say that I {v} {s}", "I no longer {v} {s}", "you won't {v} {s}",
    "they said {s} was {a}, and it wasn't", "I expected {s} to be {a}; it is not", "{S} is not {a} any more",
    "don't believe those who call {s} {a}", "not {a}, not {a2}", "{S} doesn't feel {a}", "{S} never once seemed {a}",
    "how is {s} {a}? it isn't", "I have yet to see what is {a} about {s}", "{S} isn't nearly as {a} as people say",
)  # fmt: skip
CONTRAST = (
    "{S} is {a}, but {t} is {b}", "although {s} is {a}, {t} is {b}", "{S} looks {a}, yet I {w} it",
    "despite being {a}, {s} is {b}", "{a} at first, {b} in the end", "{S} may be {a}; still, I {w} it",
    "{S} started out {a} and ended up {b}", "people call {s} {a}, but I {w} it", "{S} isn't {b2}, but {t} is {b}",
    "{S} is {a}, however {t} is so {b} that nothing else counts", "yes, {s} is {a}, but overall it is {b}",
)  # fmt: skip
ASKED = (
    ("who wouldn't {v} {s}?", 1), ("why would anyone {v} {s}?", 0), ("how could anyone not {v} {s}?", 1),
    ("what's not to {v} about {s}?", 1), ("who could ever {v} {s}?", 0), ("does anyone still {v} {s}?", 0),
    ("isn't {s} {a}?", 1), ("wasn't {s} just {a}?", 1), ("since when is {s} {a}?", 0), ("you call {s} {a}?", 0),
    ("what is so {a} about {s}?", 0), ("have you ever seen anything as {a} as {s}?", 1),
)  # fmt: skip


def turned_sentences(count: int, seed: int) -> Examples:
    """Makes sentences: half of them negated, the others plain, doubly negated, contrasted or asked."""
    rng = random.Random(seed)
    made = [_make(rng) for _ in range(count)]
    return Examples([text for text, _label in made], [label for _text, label in made])


def _make(rng: random.Random) -> tuple[str, int]:
    is_good = rng.random() < 0.5
    kind = rng.choices(("turn", "keep", "contrast", "asked"), (10, 5, 4, 1))[0]
    if kind == "asked":
        pattern, keeps = rng.choice(ASKED)
        label = int(is_good == bool(keeps))
    else:
        pattern = rng.choice({"turn": TURN, "keep": KEEP, "contrast": CONTRAST}[kind])
        label = int(is_good == (kind == "keep"))
    own, other = (GOOD, BAD) if is_good else (BAD, GOOD)
    subject, second = rng.sample(SUBJECTS, 2)
    first, again = rng.sample(own, 2)
    text = pattern.format(
        S=subject.capitalize() if subject != "AI" else subject,
        s=subject,
        t=second,
        a=first,
        a2=again,
        b=rng.choice(other),
        b2=rng.choice(other),
        v=rng.choice(LIKE if is_good else HATE),
        w=rng.choice(HATE if is_good else LIKE),
    )
    return _as_typed(text, rng), label


def _as_typed(text: str, rng: random.Random) -> str:
    """Returns a sentence with or without its capital letter and its full stop."""
    if rng.random() < 0.7:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.3:
        text = text.lower()
    return text if text.endswith("?") else text + rng.choice((".", ".", "", "!"))
