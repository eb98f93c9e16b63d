"""The answers of one network, or of two side by side: the answer, how sure it is, and a bar for every class."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.i18n import N_, _, ngettext
from gui.pages.draw.predictor import Verdict
from gui.retranslate import on_language_change
from gui.theme import GAP, colour, font, set_role, theme
from gui.widgets.card import Card
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.probability_bars import BarRow, ProbabilityBars, percent


class VerdictPanel(QWidget):
    """The answer of one network. Shows bars without numbers while the sheet is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict: Verdict | None = None
        self.name_label = ElidedLabel()
        set_role(self.name_label, "caption")
        self.answer_label, self.sure_label, self.lead_label, self.reason_label = (QLabel() for _each in range(4))
        for label in (self.answer_label, self.sure_label, self.lead_label):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        set_role(self.sure_label, "strong")
        set_role(self.lead_label, "caption")
        set_role(self.reason_label, "muted")
        self.reason_label.setWordWrap(True)
        self.bars = ProbabilityBars()
        self._left = QWidget()
        self._lay_out()
        theme().changed.connect(self._show)
        on_language_change(self, self._set_texts)

    def set_name(self, name: str) -> None:
        """Sets the network's name; empty if it is shown elsewhere."""
        self.name_label.setText(name)
        self.name_label.setVisible(bool(name))

    def set_narrow(self, is_narrow: bool) -> None:
        """Makes the answer smaller."""
        self._left.setFixedWidth(96 if is_narrow else 140)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Shows the answer of a network, or that there is none."""
        self._verdict = verdict
        self._show()

    def _lay_out(self) -> None:
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(2)
        left.addStretch(1)
        for label in (self.answer_label, self.sure_label, self.lead_label):
            left.addWidget(label)
        left.addStretch(1)
        self.set_narrow(False)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._left)
        row.addWidget(self.bars, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.name_label)
        layout.addLayout(row, 1)
        layout.addWidget(self.reason_label)

    def _show(self) -> None:
        verdict = self._verdict
        answer = verdict.answer if verdict is not None else None
        several = verdict is not None and len(verdict.found) > 1
        if verdict is None or answer is None:
            names = verdict.classifier.class_names if verdict is not None else ()
            self.bars.set_rows([BarRow(_(name)) for name in names])
            self._say("–", "", _("Nothing drawn yet") if verdict is not None else "", "", is_calm=True)
        elif several:
            self._show_several(verdict)
        else:
            self._show_one(verdict)
        self.reason_label.setVisible(bool(self.reason_label.text()))

    def _show_one(self, verdict: Verdict) -> None:
        answer = verdict.answer
        assert answer is not None
        names = [_(name) for name in verdict.classifier.class_names]
        rows = [
            BarRow(name, probability, index == answer.index)
            for index, (name, probability) in enumerate(zip(names, answer.probabilities, strict=True))
        ]
        self.bars.set_rows(rows, doubtful=not answer.is_digit)
        ranked = sorted(range(len(names)), key=lambda index: -answer.probabilities[index])
        second = names[ranked[1]] if len(ranked) > 1 else ""
        points = round(100 * answer.margin)
        ahead = ngettext("{points} point ahead of “{second}”", "{points} points ahead of “{second}”", points)
        lead = (ahead if points else _("level with “{second}”")).format(points=points, second=second)
        if answer.is_digit:
            self._say(names[answer.index], percent(answer.probability), lead, "")
            return
        none = _("Not a digit") if verdict.classifier.knows_digits else _("Unfamiliar")
        closest = _("closest: {name}").format(name=names[answer.index])
        hint = _("Several at once? Switch “{setting}” on.").format(setting=_("Several digits"))
        reason = f"{answer.reason} {hint}" if verdict.looks_like_several else answer.reason
        self._say(none, "", closest, reason, is_calm=True)

    def _show_several(self, verdict: Verdict) -> None:
        rows, labels = [], []
        for found in verdict.found:
            name = _(found.answer.label) if found.answer.is_digit else "?"
            labels.append(name)
            rows.append(BarRow(name, found.answer.probability, found.answer.is_digit))
        self.bars.set_rows(rows)
        unsure = [found.answer.reason for found in verdict.found if not found.answer.is_digit]
        count = ngettext("{count} digit", "{count} digits, left to right", len(rows)).format(count=len(rows))
        self._say("".join(labels), "", count, unsure[0] if unsure else "")

    def _say(self, answer: str, sure: str, lead: str, reason: str, *, is_calm: bool = False) -> None:
        # As large as fits; words, which wrap, are smaller.
        fits = round(self._left.width() / (0.66 * max(len(answer), 1)))
        size = 20 if (answer.isalpha() and len(answer) > 1) or " " in answer else min(fits, 56 if is_calm else 84)
        size = max(size, 15)
        self.answer_label.setFont(font(size, 700))
        # The application's style sheet overrides fonts and palettes.
        tint = colour("muted" if is_calm else "text").name()
        style = f"font-size: {size}px; font-weight: 700; color: {tint};"
        if style != self.answer_label.styleSheet():  # setting it takes a millisecond
            self.answer_label.setStyleSheet(style)
        self.answer_label.setText(answer)
        for label, text in ((self.sure_label, sure), (self.lead_label, lead)):
            label.setText(text)
            label.setVisible(bool(text))
        self.reason_label.setText(reason)
        self.setAccessibleDescription(" ".join(filter(None, (answer, sure, lead, reason))))

    def _set_texts(self) -> None:
        self.setAccessibleName(_("The network's answer"))
        self.bars.setAccessibleName(_("Probability of each class"))
        self.bars.setToolTip(_("How probable the network finds each class; together they make 100 %."))
        self.lead_label.setToolTip(_("How far the first answer lies ahead of the second"))
        self._show()


class VerdictCard(Card):
    """One panel, or two while networks are compared. The page puts the model choosers into its header."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("The network says"), parent)
        self.panels = [VerdictPanel(), VerdictPanel()]
        self._line = QFrame()
        self._line.setFixedWidth(1)
        set_role(self._line, "divider")
        self._line.setStyleSheet("max-height: 9999px;")
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.panels[0], 1)
        row.addWidget(self._line)
        row.addWidget(self.panels[1], 1)
        self.add(row, 1)
        self.set_names([""])

    def set_names(self, names: list[str]) -> None:
        """Shows as many panels as there are names."""
        is_pair = len(names) > 1
        for panel, name in zip(self.panels, [*names, ""], strict=False):
            panel.set_name(name if is_pair else "")
            panel.set_narrow(is_pair)
        self.panels[1].setVisible(is_pair)
        self._line.setVisible(is_pair)

    def show_verdicts(self, verdicts: list[Verdict]) -> None:
        """Shows the networks' answers, in the order of their names."""
        for panel, verdict in zip(self.panels, verdicts, strict=False):
            panel.show_verdict(verdict)
