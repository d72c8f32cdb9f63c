"""What walks the pages of a browser: where each lies, who sees it, and what people wrote there."""

from dataclasses import dataclass

from django.core.cache import cache
from playwright.sync_api import expect

from certification.models import User
from tests.pages import words

LONG_NAME = "Константинопольская-Задунайская Александра Владиславовна"
LONG_WORD = "https://www.amocrm.ru/developers/content/oauth/step-by-step?grant_type=authorization_code"


@dataclass(frozen=True)
class Texts:
    """What people wrote, wherever the pages repeat it; long, as it comes."""

    name: str = LONG_NAME
    company: str = "ООО «Межрегиональное-агентство-автоматизации-продаж Задунайских»"
    exam: str = "Тест 1 — основы продукта + договор"
    about: str = "Допуск к работе."
    section: str = "Воронка продаж, дополнительные поля, бизнес-процессы"
    question: str = f"Какие параметры обязательны в запросе на адрес {LONG_WORD}?"
    option: str = f"Заголовок Authorization и адрес {LONG_WORD}"
    note: str = f"См. {LONG_WORD}."
    reason: str = f"Обрыв связи: {LONG_WORD}."
    title: str = "Партнёрское соглашение"
    agreement: str = f"1. Партнёр продаёт и внедряет.\n\n2. Условия: {LONG_WORD}.\n\n3. Срок не ограничен."
    line: str = f"без адреса {LONG_WORD}"  # of a list of people, or what is searched for
    passkey: str = "Рабочий-ноутбук-с-отпечатком-и-очень-длинным-названием-2026"


ORDINARY = Texts()


@dataclass(frozen=True)
class Place:
    name: str
    url: str
    user: User | None = None
    reach: object = None  # what is pressed there before the page is as it is named
    status: int = 200  # of the page as it is named
    is_offline: bool = False  # its requests fail, and are meant to


@dataclass
class World:
    """People in every state of one exam, and where each finds what."""

    places: list[Place]

    def visit(self, page, sign_in):
        """Each place in its turn, as its person sees it."""
        for place in self.places:
            cache.clear()  # the limits on tries: this is one browser at one address
            page.context.clear_cookies()
            if place.user:
                sign_in(page.context, place.user)
            page.goto(place.url)
            if place.reach:
                place.reach(page)
            yield place
            page.evaluate("localStorage.clear()")  # as another person's browser would have it


def press(msgid, **kwargs):
    """Press the button with these words, whatever is typed; the page that follows is there."""

    def reach(page):
        for form in page.locator("form").all():
            form.evaluate("(form) => (form.noValidate = true)")
        page.locator("main").get_by_role("button", name=words(msgid, **kwargs)).click()
        expect(page.get_by_role("alert").or_(page.get_by_role("heading", level=1))).not_to_have_count(0)

    return reach


def type_in(button, **fields):
    """Type into the fields of these ids (with _ for -) and press the button; it is refused."""

    def reach(page):
        for name, text in fields.items():
            page.locator(f"#{name.replace('_', '-')}").fill(text)
        press(button)(page)
        expect(page.get_by_role("alert").first).to_be_visible()

    return reach


def decide(summary, button):
    """Open a decision of the manager's and press its button with nothing typed."""

    def reach(page):
        page.locator("summary", has_text=words(summary)).first.click()
        press(button)(page)
        expect(page.get_by_role("alert")).to_be_visible()

    return reach
