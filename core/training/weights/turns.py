"""Sentences whose words say one thing and whose grammar says another: negated, doubly negated, contrasted, asked.

Reviews hold few of them. They are made here of patterns, subjects and words, all unlike the program's own test
sentences, which come from templates of their own. Labels follow from the pattern: 1 positive, 0 negative.
"""

import random
from collections.abc import Sequence

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
PRAISE = (
    "I can't wait to {do} {s} again", "we couldn't wait to {do} {s} again", "you can't beat {s}",
    "you won't find a better {n}", "I have never had a better {n}", "there is no better {n} for the money",
    "I didn't want {s} to end", "we never wanted {s} to stop", "I couldn't stop smiling",
    "I can't stop thinking of {s}", "I couldn't put {n2} down", "never a dull moment with {s}",
    "there is nothing to complain about", "I have no complaints about {s}", "no regrets at all about {s}",
    "{S} never {fails}", "{S} has never {failed}", "{S} doesn't {fail}, ever",
    "{S} no longer {fails}", "{S} hasn't {failed} once", "nothing {fails} any more",
    "not a single {trouble} with {s}", "I had no {trouble} with {s}", "no {trouble}, no {trouble2}, just {a}",
    "there wasn't any {trouble}", "not one {trouble} in a whole year", "no more {trouble} since the repair",
    "it wasn't the {mess} we had feared", "{S} is not the {mess} that people say",
    "I expected a {mess} and didn't get one", "nobody left {s} unhappy", "nothing about {s} let us down",
    "I can't believe how {a} {s} is", "I can't thank them enough", "I couldn't be happier with {s}",
    "I couldn't have asked for more", "I wouldn't change a thing about {s}", "it doesn't get better than this",
    "I wouldn't miss {s} for the world", "I have never laughed so much", "I wouldn't swap {s} for anything",
    "{S} isn't {b}, it isn't {b2}, it simply works", "no need to worry about {s}", "{S} costs next to nothing",
)  # fmt: skip
BLAME = (
    "I can't wait for {s} to be over", "I couldn't wait to get out", "I couldn't finish {s}", "I couldn't follow {s}",
    "I can't recommend {s}", "we couldn't {do} {s} at all", "{S} never {works}", "{S} doesn't {work}",
    "{S} didn't {work} once", "{S} has never {worked}", "{S} won't {work}", "{S} still doesn't {work}",
    "{S} no longer {works}", "{S} never once {worked}", "nobody {helped} us", "no one {helped}, no one cared",
    "not one of them {helped}", "nobody here {helps}, let alone smiles",
    "we never got {due}", "they didn't give us {due}", "there was no {due}, not even a sorry",
    "still no {due} after three weeks", "we were never offered {due}",
    "no {due2}, no {due3}, nothing", "without {due2} {s} is lost", "{S} has no {due2}", "there isn't any {due2} in {s}",
    "it wasn't the {dream} we had hoped for", "{S} is not the {dream} that people say",
    "I expected a {dream} and didn't get one", "I couldn't be less happy with {s}", "I couldn't care less about {s}",
    "{S} isn't {a}, it isn't {a2}, and nobody {helped}", "{S} isn't {a} when it doesn't {work}",
    "I wouldn't wish {s} on anyone", "I wouldn't take {s} as a gift", "I won't be back", "we are never going back",
    "never again", "I don't see the point of {s}", "I can't believe how {b} {s} is",
    "{S} never answers, never explains", "nothing about {s} is {a}", "I can't remember anything {a} about {s}",
    "I wouldn't {do} {s} again for money", "{S} doesn't do what it should", "not worth a minute of my time",
)  # fmt: skip
WORDS = {
    "do": ("see", "try", "visit", "watch", "use", "have", "do"),
    "n": ("phone", "hotel", "teacher", "film", "soup", "place", "tool", "course", "lamp", "guide", "meal", "song"),
    "n2": ("the book", "this novel", "my phone", "the magazine", "the story"),
    "trouble": ("problem", "delay", "crash", "mistake", "fault", "queue", "noise", "quarrel", "scratch", "leak"),
    "mess": ("disaster", "nightmare", "mess", "bore", "flop", "horror"),
    "dream": ("masterpiece", "miracle", "bargain", "dream", "success", "treat"),
    "due": ("our money back", "an answer", "a table", "an explanation", "a proper meal", "any help", "a clean room"),
    "due2": ("charm", "flavour", "heart", "sense", "rhythm", "help", "light", "comfort", "humour", "structure"),
    "helped": ("helped", "answered", "listened", "spoke to", "greeted", "noticed", "thanked"),
    "helps": ("helps", "answers", "listens", "explains", "knows anything"),
}
FAILS = (
    ("crash", "crashes", "crashed"), ("freeze", "freezes", "frozen"), ("break", "breaks", "broken"),
    ("leak", "leaks", "leaked"), ("disappoint", "disappoints", "disappointed"), ("jam", "jams", "jammed"),
    ("let me down", "lets me down", "let me down"), ("go wrong", "goes wrong", "gone wrong"),
    ("squeak", "squeaks", "squeaked"), ("smell", "smells", "smelled"), ("bore me", "bores me", "bored me"),
    ("hurt", "hurts", "hurt"), ("rattle", "rattles", "rattled"), ("stall", "stalls", "stalled"),
)  # fmt: skip
WORKS = (
    ("work", "works", "worked"), ("start", "starts", "started"), ("help", "helps", "helped"),
    ("arrive on time", "arrives on time", "arrived on time"), ("load", "loads", "loaded"),
    ("improve", "improves", "improved"), ("make sense", "makes sense", "made sense"),
    ("keep its promise", "keeps its promise", "kept its promise"), ("answer", "answers", "answered"),
    ("teach me anything", "teaches me anything", "taught me anything"), ("last", "lasts", "lasted"),
    ("surprise me", "surprises me", "surprised me"), ("warm us", "warms us", "warmed us"),
    ("move me", "moves me", "moved me"), ("come alive", "comes alive", "come alive"),
)  # fmt: skip
ASKED = (
    ("who wouldn't {v} {s}?", 1), ("why would anyone {v} {s}?", 0), ("how could anyone not {v} {s}?", 1),
    ("what's not to {v} about {s}?", 1), ("who could ever {v} {s}?", 0), ("does anyone still {v} {s}?", 0),
    ("isn't {s} {a}?", 1), ("wasn't {s} just {a}?", 1), ("since when is {s} {a}?", 0), ("you call {s} {a}?", 0),
    ("what is so {a} about {s}?", 0), ("have you ever seen anything as {a} as {s}?", 1),
)  # fmt: skip


def turned_sentences(count: int, seed: int, good: Sequence[str] = (), bad: Sequence[str] = ()) -> Examples:
    """Makes sentences: most of them negated, the others plain, doubly negated, contrasted or asked.

    Args:
        count: how many.
        seed: decides which.
        good, bad: further adjectives; half of the sentences take theirs from these.
    """
    rng = random.Random(seed)
    lists = [(GOOD, BAD), (good or GOOD, bad or BAD)]
    made = [_make(rng, *rng.choice(lists)) for _ in range(count)]
    return Examples([text for text, _label in made], [label for _text, label in made])


def _make(rng: random.Random, good: Sequence[str], bad: Sequence[str]) -> tuple[str, int]:
    is_good = rng.random() < 0.5
    kind = rng.choices(("turn", "said", "keep", "contrast", "asked"), (8, 8, 5, 4, 1))[0]
    if kind == "asked":
        pattern, keeps = rng.choice(ASKED)
        label = int(is_good == bool(keeps))
    elif kind == "said":
        pattern, label = rng.choice(PRAISE if is_good else BLAME), int(is_good)
    else:
        pattern = rng.choice({"turn": TURN, "keep": KEEP, "contrast": CONTRAST}[kind])
        label = int(is_good == (kind == "keep"))
    own, other = (good, bad) if is_good else (bad, good)
    subject, second = rng.sample(SUBJECTS, 2)
    first, again = rng.sample(own, 2)
    fail, fails, failed = rng.choice(FAILS)
    work, works, worked = rng.choice(WORKS)
    troubles, dues = rng.sample(WORDS["trouble"], 2), rng.sample(WORDS["due2"], 2)
    words = {name: rng.choice(choice) for name, choice in WORDS.items()}
    text = pattern.format(
        **words | {"trouble": troubles[0], "trouble2": troubles[1], "due2": dues[0], "due3": dues[1]},
        fail=fail,
        fails=fails,
        failed=failed,
        work=work,
        works=works,
        worked=worked,
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
    """Returns a sentence with or without its capital and its stop."""
    if rng.random() < 0.7:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.3:
        text = text.lower()
    return text if text.endswith("?") else text + rng.choice((".", ".", "", "!"))
