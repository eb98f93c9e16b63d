"""Explains the network's answer: its maps and filters, what in the drawing mattered, and similar training examples."""

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QWidget

from core.events import Preparing
from core.explain.image.activations import Layer
from core.explain.image.neighbours import NeighbourIndex
from core.i18n import N_, _, ngettext
from core.inference.classify import Classifier
from gui.pages.draw import tiles
from gui.pages.draw.explaining import ATTRIBUTIONS, MODES, Explanation, Question, explain, index_of, pixel_of
from gui.pages.draw.predictor import Verdict
from gui.pages.draw.views import ArithmeticView, AttributionView
from gui.retranslate import on_language_change
from gui.theme import GAP, set_role
from gui.widgets.card import Card
from gui.widgets.picture_grid import PictureGrid, Tile
from gui.widgets.scrolled import scrolled
from gui.widgets.segmented import Segmented
from gui.workers.background import BackgroundTask

_PAUSE_MS = 120  # explanations wait until the pen rests, except the first one
_ZOOM = 8  # screen pixels per picture pixel


class InsideCard(Card):
    """Explains the last answer in the chosen way.

    Signals:
        failed: a `NeurariumError`.
    """

    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(N_("Inside"), parent)
        self._verdict: Verdict | None = None
        self._explanation: Explanation | None = None
        self._index: tuple[Classifier, NeighbourIndex] | None = None
        self._progress = ""
        self.modes = Segmented(list(MODES.items()), N_("What to look at"))
        self.mode_box, self.layer_box, self.class_box = QComboBox(), QComboBox(), QComboBox()
        for box in (self.mode_box, self.layer_box, self.class_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.layer_box.setMinimumWidth(96)  # names of layers are long, and must not push the page out of the window
        self.grid = PictureGrid()
        self.arithmetic, self.attribution = ArithmeticView(), AttributionView()
        self.message = QLabel()
        self._explaining = BackgroundTask(self, drops_stale=False)
        self._indexing, self._counting = BackgroundTask(self), BackgroundTask(self, drops_stale=False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._lay_out()
        self._connect()
        on_language_change(self, self._set_card_texts)

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed."""
        tasks = (self._explaining, self._indexing, self._counting)
        return self._timer.isActive() or any(task.is_running for task in tasks)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Explains an answer if no newer one comes soon. The first one is explained soon even during a stroke."""
        self._verdict = verdict
        if self.stack.currentWidget() is not self.message or not self._timer.isActive():
            self._timer.start()

    def set_narrow(self, is_narrow: bool) -> None:
        """Offers the modes in a list, which takes less space than a row."""
        self.mode_box.setVisible(is_narrow)
        self.modes.setVisible(not is_narrow)
        self.arithmetic.setFixedWidth(324 if is_narrow else 360)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._explanation is not None:
            self._show(self._explanation)
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        for box in (self.mode_box, self.class_box, self.layer_box):
            self.add_action(box)
        for mode in MODES:
            self.mode_box.addItem("", mode)
        self.mode_box.hide()
        modes = QHBoxLayout()
        modes.addWidget(self.modes)
        modes.addStretch(1)
        self.add(modes)
        self.grid.setObjectName("clear")
        scroll = scrolled(self.grid)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(scroll, 1)
        row.addWidget(self.arithmetic)
        self.arithmetic.hide()
        set_role(self.message, "muted")
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self._pictures = both
        self.stack = QStackedWidget()
        for widget in (self.message, both, self.attribution):
            self.stack.addWidget(widget)
        self.stack.setMinimumHeight(150)
        self.stack.installEventFilter(self)  # pictures use all the space there is
        self.add(self.stack, 1)

    def _connect(self) -> None:
        self.modes.current_changed.connect(self._change_mode)
        self.mode_box.currentIndexChanged.connect(self._choose_mode)
        self.layer_box.currentIndexChanged.connect(self._change_layer)
        self.class_box.currentIndexChanged.connect(self._ask)
        self.grid.chosen.connect(self._open_tile)
        self.arithmetic.pointed.connect(self._point)
        self._timer.timeout.connect(self._ask)
        for task, hear in (
            (self._explaining, self._show),
            (self._indexing, self._take_index),
            (self._counting, self.arithmetic.show_pixel),
        ):
            task.done.connect(hear)
            task.failed.connect(self._fail)
        self._indexing.progressed.connect(self._show_progress)

    # -- asking

    @Slot(int)
    def _choose_mode(self, place: int) -> None:
        self.modes.set_current(self.mode_box.itemData(place))

    @Slot(str)
    def _change_mode(self, mode: str) -> None:
        self.mode_box.setCurrentIndex(self.mode_box.findData(mode))
        self.arithmetic.hide()
        self.grid.set_current(-1)
        self._show_choosers()
        self._ask()

    @Slot()
    def _ask(self) -> None:
        self._timer.stop()
        verdict, mode = self._verdict, self.modes.current()
        if verdict is None or not self.isVisible():
            return
        self._fill_classes(verdict.classifier)
        if mode == "neighbours" and verdict.preparation is not None and self._index_for(verdict.classifier) is None:
            if not self._indexing.is_running:
                self._indexing.run(index_of, verdict.classifier)
                self._say(_("Reading the training examples…"))
            return
        own = verdict.answer.index if verdict.answer is not None else 0
        chosen = self.class_box.currentIndex()
        target = chosen - 1 if chosen > 0 else own
        question = Question(mode, verdict.classifier, verdict.preparation, target)
        self._explaining.run(explain, question, self._index_for(verdict.classifier))

    def _index_for(self, classifier: Classifier) -> NeighbourIndex | None:
        if self._index is None or self._index[0].snapshot is not classifier.snapshot:
            return None
        return self._index[1]

    @Slot(object)
    def _take_index(self, made: tuple[Classifier, NeighbourIndex]) -> None:
        self._index = made
        self._ask()

    @Slot(object)
    def _show_progress(self, progress: Preparing) -> None:
        if self.modes.current() == "neighbours":
            share = f" {100 * progress.done // progress.total} %" if progress.total else ""
            self._say(f"{progress.what}…{share}")

    @Slot(object)
    def _fail(self, error: object) -> None:
        self._say(getattr(error, "what", ""))
        self.failed.emit(error)

    # -- showing

    @Slot(object)
    def _show(self, explanation: Explanation) -> None:
        question = explanation.question
        if question.mode != self.modes.current():
            return
        self._explanation = explanation
        names = [_(name) for name in question.classifier.class_names]
        self._show_title("")
        if question.mode == "filters":
            self._show_filters(explanation)
        elif question.preparation is None:
            self.arithmetic.hide()
            self._say(_("Draw something, and see here what the network makes of it."))
        elif question.mode == "maps":
            self._fill_layers(explanation.layers)
            self._change_layer()
        elif explanation.attribution is not None and explanation.seen_HWC is not None:
            self.attribution.show_attribution(explanation.seen_HWC, explanation.attribution, names[question.target])
            self.stack.setCurrentWidget(self.attribution)
        else:
            self.grid.is_choosable = False
            pictures = tiles.of_neighbours(explanation.neighbours, names)
            self.grid.set_tiles(pictures, self._roomiest(pictures, tiles.EXAMPLE))
            self.stack.setCurrentWidget(self._pictures)

    def _show_filters(self, explanation: Explanation) -> None:
        if explanation.filters_OCYX is None:
            self._say(_("The first layer of this network has no filters that could be shown as pictures."))
            return
        self.grid.is_choosable = False
        pictures = tiles.of_filters(explanation.filters_OCYX)
        self.grid.set_tiles(pictures, self._roomiest(pictures, tiles.MAP))
        self.stack.setCurrentWidget(self._pictures)

    @Slot()
    def _change_layer(self) -> None:
        self._show_layer()
        if self.arithmetic.isVisible():
            self._open_tile(self.grid.current())

    def _show_layer(self) -> None:
        layer = self._layer()
        if layer is None or self.modes.current() != "maps":
            return
        pictures, side = tiles.of_layer(layer)
        self.grid.is_choosable = layer.made_by is not None
        self.grid.set_tiles(pictures, self._roomiest(pictures, side))
        self.stack.setCurrentWidget(self._pictures)
        if layer.maps_OHW is not None:
            count = len(layer.maps_OHW)
            self._show_title(ngettext("{count} feature map", "{count} feature maps", count).format(count=count))
        else:
            count = 0 if layer.values_F is None else len(layer.values_F)
            self._show_title(_("{count} numbers").format(count=count))

    @Slot(int)
    def _open_tile(self, index: int) -> None:
        """Shows how the convolution computed the numbers of a map."""
        self._count(index, None)

    @Slot(int, int)
    def _point(self, column: int, row: int) -> None:
        self._count(self.grid.current(), (row, column))

    def _count(self, index: int, pixel: tuple[int, int] | None) -> None:
        layer, explanation = self._layer(), self._explanation
        made_by = layer.made_by if layer is not None else None
        convolution = next((each for each in explanation.layers if each.name == made_by), None) if explanation else None
        if explanation is None or convolution is None or index < 0:
            self.arithmetic.hide()
            return
        if not self.arithmetic.isVisible():
            self.arithmetic.show()
            self._show_layer()
        self._counting.run(pixel_of, explanation.question, convolution, index, pixel)

    def _layer(self) -> Layer | None:
        layers = self._explanation.layers if self._explanation is not None else ()
        place = self.layer_box.currentIndex()
        return layers[place] if 0 <= place < len(layers) else None

    def _fill_layers(self, layers: tuple[Layer, ...]) -> None:
        texts = [f"{_(layer.title)} · {layer.name}" for layer in layers]
        if texts != [self.layer_box.itemText(place) for place in range(self.layer_box.count())]:
            with QSignalBlocker(self.layer_box):
                self.layer_box.clear()
                self.layer_box.addItems(texts)
            self.grid.set_current(-1)
            self.arithmetic.hide()
            self._show_choosers()

    def _fill_classes(self, classifier: Classifier) -> None:
        texts = [_("the answer"), *map(_, classifier.class_names)]
        if texts != [self.class_box.itemText(place) for place in range(self.class_box.count())]:
            with QSignalBlocker(self.class_box):
                self.class_box.clear()
                self.class_box.addItems(texts)

    def _roomiest(self, pictures: list[Tile], least: int) -> int:
        """Returns the size at which pictures fit without scrolling, at least `least` and at most a sensible zoom."""
        width = self.stack.width() - (self.arithmetic.width() + GAP if self.arithmetic.isVisible() else 0)
        most = max(2 * least, _ZOOM * max((picture.colours_HW3.shape[1] for picture in pictures), default=0))
        sides = range(least, most + 1, 4)
        fitting = [side for side in sides if self.grid.height_for(pictures, side, width - 12) <= self.stack.height()]
        return max(fitting, default=least)

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self.stack.setCurrentWidget(self.message)

    def _show_title(self, detail: str) -> None:
        self.set_title(f"{_('Inside')} · {detail}" if detail else N_("Inside"))

    def _show_choosers(self) -> None:
        mode = self.modes.current()
        self.layer_box.setVisible(mode == "maps" and self.layer_box.count() > 0)
        self.class_box.setVisible(mode in ATTRIBUTIONS)

    def _set_card_texts(self) -> None:
        for place, title in enumerate(MODES.values()):
            self.mode_box.setItemText(place, _(title))
        for box, purpose in (
            (self.mode_box, _("What to look at")),
            (self.layer_box, _("The layer whose maps are shown, from first to last")),
            (self.class_box, _("The class whose score is explained")),
        ):
            box.setToolTip(purpose)
            box.setAccessibleName(purpose)
        self.grid.setAccessibleName(_("Pictures from inside the network"))
        self.grid.setToolTip(_("Choose a map to see the arithmetic of its pixels"))
        self._show_choosers()
        if self._explanation is not None:
            self._show(self._explanation)  # while hidden it asks nothing, and would later show the old text first
        self._ask()
