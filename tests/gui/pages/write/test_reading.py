"""A user types, and sees word by word how their own network reads it."""

import csv

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from core.inference.score import open_scorer
from core.runs.store import RunStore
from gui.pages.write.inside import Inside, InsideView, Layer, Panel
from gui.widgets.model_chooser import Choice
from tests.gui.pages.write.desk import SENTENCE, newest, rest, write


def test_what_is_typed_is_scored_as_the_network_scores_it(qtbot, page, readers) -> None:
    write(qtbot, page, SENTENCE)
    expected = open_scorer(newest(readers)).score(SENTENCE)
    answer = page.entry.scores[0].answer()
    assert answer.probability == pytest.approx(expected.probability, abs=1e-6)
    assert answer.unsure == expected.unsure
    assert page.entry.scores[0].verdict() in ("Positive", "Negative", "Unsure")


def test_the_running_score_ends_at_the_score(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    words = page.words.strips[0].words()
    assert [word.text for word in words][:4] == ["I", "do", "n't", "hate"]
    assert words[-1].running == pytest.approx(page.entry.scores[0].answer().probability, abs=1e-6)


def test_contributions_add_up_to_the_logit_and_another_method_says_something_else(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    scorer, score = page.scores()[0]
    added = [word.added for word in page.words.strips[0].words()]
    length_1 = torch.tensor([len(score.read.ids)])
    blank_1TE = torch.zeros_like(scorer.model.embed(torch.tensor([score.read.ids])))
    blank = scorer.model.from_embeddings(blank_1TE, length_1)[0].tolist()
    difference = (score.logits[1] - score.logits[0]) - (blank[1] - blank[0])
    assert sum(added) == pytest.approx(difference, abs=0.02)
    qtbot.mouseClick(page.words.method.button("leave_one_out"), Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    assert [word.added for word in page.words.strips[0].words()] != added


def test_an_unknown_word_says_what_it_was_read_as(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    notes = {word.text: word.note for word in page.words.strips[0].words()}
    assert not notes["good"]
    assert "read as" in notes["surprizingly"]


def test_nothing_and_only_spaces_have_no_verdict(qtbot, page) -> None:
    write(qtbot, page, "good")
    for text in ("", "   "):
        qtbot.keyClick(page.entry.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(page.entry.field, Qt.Key.Key_Delete)
        write(qtbot, page, text)
        assert page.entry.scores[0].verdict() == "No verdict"
        assert not page.words.strips[0].words()


@pytest.mark.parametrize(
    "text", ["<b>bad</b> & <script>", "🎉🎉", "\u202bשלום good\u202c", "a\x07b\x00c", "对不起 I love AI"]
)
def test_whatever_is_pasted_is_shown_as_text(qtbot, page, text) -> None:
    page.entry.field.setPlainText(text)
    rest(qtbot, page)
    shown = "".join(word.text for word in page.words.strips[0].words())
    assert set(shown) <= set(text)
    assert page.words.strips[0].words()
    page.grab()


def test_ten_thousand_words_are_cut_with_a_notice(qtbot, page) -> None:
    page.entry.field.setPlainText("not bad " * 5000)
    rest(qtbot, page)
    assert page.entry.notice.text()
    assert len(page.words.strips[0].words()) <= page.networks[0].network.reader.max_length


def test_arrow_keys_walk_through_the_words_and_the_gates_follow(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    strip = page.words.strips[0]
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.current() == 1
    assert page.inside.cell()[1] == 1
    qtbot.mouseClick(page.inside.on_button, Qt.MouseButton.LeftButton)
    assert strip.current() == 2
    qtbot.keyClick(page.inside.maps[0], Qt.Key.Key_Left)
    assert strip.current() == 1


def test_the_heat_maps_show_the_states_from_which_the_network_answers(qtbot, page) -> None:
    write(qtbot, page, "good film")
    maps = {each.title().split(" · ")[0]: each for each in page.inside.maps if each.isVisibleTo(page.inside)}
    assert list(maps) == ["forget gate", "input gate", "output gate", "cell state", "hidden state"]
    shown = maps["hidden state"].values()
    assert shown.shape == (8, 2)
    assert np.allclose(shown, (maps["output gate"].values() * np.tanh(maps["cell state"].values())), atol=1e-6)
    heat_map = maps["cell state"]
    qtbot.mouseMove(heat_map, heat_map.rect_of(3, 1).center().toPoint())
    qtbot.waitUntil(lambda: page.inside.cell() == (3, 1))
    assert "c = f·c₋₁ + i·g" in page.inside.equations[0].text()
    assert f"{shown[3, 1]:.3f}".replace("-", "−") in page.inside.equations[0].text()


def test_a_transformer_shows_who_looks_at_whom(qtbot, page, readers) -> None:
    page.networks[0].choose(Choice(RunStore(readers).runs()[1].path))
    write(qtbot, page, "good film here")
    qtbot.waitUntil(lambda: page.inside.inside().title == "Inside the Transformer")
    values = page.inside.maps[0].values()
    assert values.shape == (3, 3)
    assert np.allclose(values.sum(axis=1), 1)
    assert page.inside.maps[0].names() == (("good", "film", "here"), ("good", "film", "here"))


def test_every_kept_epoch_can_read(qtbot, page) -> None:
    write(qtbot, page, "good film")
    qtbot.mouseClick(page.details.choice.button("time"), Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    assert [moment.epoch for moment in page.time.moments()] == [0, 1, 2]
    qtbot.keyClick(page.time.map, Qt.Key.Key_Up)
    qtbot.mouseClick(page.time.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.networks[0].network.snapshot.epoch == 1)
    assert page.entry.model.text().endswith("epoch 1")


def test_a_click_on_a_word_offers_changes_and_makes_them(qtbot, page) -> None:
    write(qtbot, page, "a good film")
    strip = page.words.strips[0]
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.box(1).center().toPoint())
    qtbot.waitUntil(lambda: page.menu.menu.isVisible())
    titles = [action.text() for action in page.menu.menu.actions()]
    assert titles[0].startswith("Delete “good”")
    assert any(title.startswith("Negate: good → not good") for title in titles)
    page.menu.menu.actions()[0].trigger()
    page.menu.menu.close()
    assert page.entry.field.toPlainText() == "a film"


def test_the_smallest_change_really_flips_the_verdict(qtbot, page) -> None:
    for text in ("a good film", "the staff were rude", "I love it", "what a waste", "never again"):
        page.entry.field.setPlainText(text)
        rest(qtbot, page)
        if page.flips.flips().changes:
            break
    flips, before = page.flips.flips(), page.scores()[0][1].index
    assert flips.changes, "not one of five sentences can be flipped"
    qtbot.mouseClick(page.flips.buttons[0], Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    assert page.entry.field.toPlainText() == flips.changes[0].text
    assert page.scores()[0][1].index != before


def test_several_lines_become_a_table_and_a_file(qtbot, page, tmp_path, monkeypatch) -> None:
    write(qtbot, page, "good film\nbad film\n=1+1")
    assert page.details.current() == "table"
    rows = page.table.rows()
    assert [row.text for row in rows] == ["good film", "bad film", "=1+1"]
    assert all(row.probability is not None for row in rows)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "scores"), ""))
    qtbot.mouseClick(page.table.save_button, Qt.MouseButton.LeftButton)
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        saved = list(csv.DictReader(stream))
    assert float(saved[1]["probability"]) == pytest.approx(rows[1].probability, abs=1e-5)
    assert saved[2]["text"] == "'=1+1"  # no spreadsheet will run it


def test_of_several_lines_the_score_says_which_one_it_is_of(qtbot, page) -> None:
    place = page.entry.place
    write(qtbot, page, "good film")
    assert not place.isVisible()
    write(qtbot, page, "\n\nbad film")
    assert place.isVisible()
    assert place.text() == "Line 2 of 2"
    qtbot.keyClick(page.entry.field, Qt.Key.Key_Up)
    assert place.text() == ""
    qtbot.keyClick(page.entry.field, Qt.Key.Key_Up)
    assert place.text() == "Line 1 of 2"


def test_however_long_its_sum_is_the_page_fits_into_a_small_window(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    assert "with every word blank" in page.words._sum.text()
    page.resize(920, 640)
    assert page.words.width() < 920
    assert " = " in page.words._sum.text()
    assert "with every word blank" not in page.words._sum.text()
    assert "with every word blank" in page.words._sum.toolTip()
    assert page.words._sum.width() >= page.words._sum.sizeHint().width()


def test_a_table_of_texts_is_opened_scored_and_left(qtbot, page, tmp_path) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text('stars,review\n5,"good, really"\n1,bad film\n', encoding="utf-8")
    page.sentences.open_file(file)
    qtbot.waitUntil(lambda: len(page.table.rows()) == 2)
    rest(qtbot, page)
    assert [row.text for row in page.table.rows()] == ["good, really", "bad film"]
    assert "reviews.csv" in page.table.label.text()
    table = page.table.table
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert page.entry.field.toPlainText() == "bad film"
    qtbot.mouseClick(page.table.close_button, Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    assert [row.text for row in page.table.rows()] == ["bad film"]


def test_a_file_that_is_no_text_is_refused_in_a_sentence(qtbot, page, tmp_path) -> None:
    (tmp_path / "photo.csv").write_bytes(bytes(range(256)) * 4)
    with qtbot.waitSignal(page._state.reported) as caught:
        page.sentences.open_file(tmp_path / "photo.csv")
    assert "not a text file" in caught.args[0].what


def test_the_map_shows_the_words_and_their_neighbours(qtbot, page) -> None:
    write(qtbot, page, "good film")
    qtbot.mouseClick(page.details.choice.button("map"), Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    scatter = page.map.map
    assert len(scatter.named()) == 2
    qtbot.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=scatter.place_of(scatter.named()[0]).toPoint())
    qtbot.waitUntil(lambda: len(page.map.neighbours()) == 8)
    named = scatter.named()
    assert len(named) > 2
    page._state.set_language("zh_CN")
    page._state.set_language("en")
    rest(qtbot, page)
    assert scatter.named() == named, "the neighbours keep their names when what is said of them is said anew"


def test_the_challenge_counts_what_the_network_gets_right(qtbot, page) -> None:
    qtbot.mouseClick(page.details.choice.button("challenge"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.challenge.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.challenge.result() is not None)
    result = page.challenge.result()
    wrong = sum(len(each.failures) for each in result.phenomena)
    wrong_ones = page.challenge.list
    assert wrong_ones.topLevelItemCount() == wrong
    wrong_ones.setCurrentItem(wrong_ones.topLevelItem(0))
    page.resize(920, 640)
    assert wrong_ones.sizeHintForColumn(1) <= wrong_ones.columnWidth(1) < wrong_ones.viewport().width()
    qtbot.keyClick(wrong_ones, Qt.Key.Key_Return)
    assert page.entry.field.toPlainText() in {f.sentence.text for each in result.phenomena for f in each.failures}


@pytest.mark.usefixtures("no_ready_made_networks")
def test_without_a_network_that_reads_there_is_one_thing_to_do(qtbot, open_page, tmp_path) -> None:
    page = open_page(tmp_path / "none")
    assert page.nothing.isVisible()
    with qtbot.waitSignal(page._state.page_requested) as caught:
        qtbot.mouseClick(page.nothing.train_button, Qt.MouseButton.LeftButton)
    assert caught.args == ["train"]
    assert page._state.last_config().dataset.key == "sentences"


@pytest.mark.parametrize(("language", "name"), [("en", "english"), ("zh_CN", "chinese")])
def test_who_has_trained_nothing_begins_with_the_network_for_the_language_of_the_window(
    qtbot, open_page, tmp_path, language, name
) -> None:
    page = open_page(tmp_path, language)
    qtbot.waitUntil(lambda: page.networks[0].network is not None)
    assert page.networks[0].choice.path.name == name
    rest(qtbot, page)
    offered = [button for button in page.words.examples if button.isVisible()]
    assert len(offered) >= 2
    assert all(button.text().isascii() == (language == "en") for button in offered)
    assert page.inside._empty.text()  # says what will be seen here
    assert not page.inside.layer_box.isVisible()
    qtbot.mouseClick(offered[0], Qt.MouseButton.LeftButton)
    rest(qtbot, page)
    assert all(word.known for word in page.scores()[0][1].words)


def test_whose_words_it_does_not_know_is_told_to_choose_another_network(qtbot, page) -> None:
    write(qtbot, page, "xqzw")
    assert "choose another network" in page.flips.accessibleDescription()


def test_every_control_can_be_reached_and_says_what_it_is(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    for control in page.findChildren(QWidget):
        is_ours = control.focusPolicy() & Qt.FocusPolicy.TabFocus and control.isVisible()
        if is_ours and type(control).__name__ not in ("QScrollArea", "QScrollBar", "QHeaderView"):
            assert control.accessibleName() or control.property("text"), control
            assert control.toolTip(), control


def test_the_network_speaks_another_language_with_the_window_as_long_as_nothing_is_typed(
    qtbot, open_page, tmp_path
) -> None:
    page = open_page(tmp_path, "en")
    assert page.networks[0].choice.path.name == "english"
    page._state.set_language("zh_CN")
    qtbot.waitUntil(
        lambda: page.networks[0].network is not None and page.networks[0].network.snapshot.title.startswith("中文")
    )
    assert page.networks[0].choice.path.name == "chinese"
    page._state.set_language("en")
    qtbot.waitUntil(lambda: not page.networks[0].is_busy)
    write(qtbot, page, "good")
    page._state.set_language("zh_CN")
    assert page.networks[0].choice.path.name == "english"


def test_the_page_speaks_another_language_at_once(qtbot, page) -> None:
    write(qtbot, page, SENTENCE)
    page._state.set_language("zh_CN")
    page.grab()


def test_the_cell_that_is_explained_is_framed_on_every_map_from_the_first_look_on(qtbot, restored_theme) -> None:
    view = InsideView()
    qtbot.addWidget(view)
    values_RC = np.array([[0.0, 0.5], [1.0, -1.0]])
    panels = [Panel("gate", values_RC), Panel("state", values_RC, signed=True)]
    view.show_inside(Inside("Inside", [Layer("layer", panels, ["good", "film"], lambda row, column: ["why"])]))
    assert [each.cell() for each in view.maps[:2]] == [view.cell()] * 2
    view.show_inside(Inside("Inside", [Layer("layer", [], ["good"], lambda row, column: ["why"])], why_not="nothing"))
    assert not view.maps[0].isVisibleTo(view)
