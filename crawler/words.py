# ruff: noqa: RUF001  (words of other scripts)
"""How pages that say who runs a site are named, in many languages: texts of links and parts of paths. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit

GROUPS: tuple[tuple[str, ...], ...] = (
    # The imprint: who answers for the site, by law in some countries.
    (
        *("imprint", "impressum", "impresum", "impresszum", "masthead", "legal notice", "mentions legales", "aviso legal"),
        *("note legali", "colofon", "kunye", "expediente", "staff", "publisher", "выходные данные", "реквизиты"),
        *("شناسنامه", "運営者情報", "会社概要", "特定商取引法"),
    ),
    (
        *(
            "contact",
            "contacts",
            "contact us",
            "contacto",
            "contactanos",
            "contato",
            "contatti",
            "contattaci",
            "kontakt",
            "kontakty",
        ),
        *(
            "kontakta",
            "kontak",
            "nous contacter",
            "contactez nous",
            "iletisim",
            "kapcsolat",
            "yhteystiedot",
            "lien he",
            "hubungi kami",
        ),
        *(
            "контакты",
            "контакти",
            "обратная связь",
            "связаться с нами",
            "επικοινωνια",
            "اتصل بنا",
            "تواصل معنا",
            "تماس",
            "تماس با ما",
        ),
        *("צור קשר", "संपर्क", "संपर्क करें", "联系我们", "聯絡我們", "お問い合わせ", "문의"),
    ),
    (
        *(
            "about",
            "about us",
            "who we are",
            "our team",
            "team",
            "the team",
            "editorial",
            "editorial team",
            "uber uns",
            "ueber uns",
        ),
        *("redaktion", "a propos", "qui sommes nous", "quienes somos", "sobre nosotros", "acerca de", "nosotros", "chi siamo"),
        *(
            "redazione",
            "quem somos",
            "sobre nos",
            "sobre",
            "o nas",
            "o nama",
            "redakcja",
            "redakce",
            "despre noi",
            "rolunk",
            "over ons",
        ),
        *(
            "om oss",
            "om os",
            "tietoa meista",
            "hakkimizda",
            "tentang kami",
            "redaksi",
            "gioi thieu",
            "о нас",
            "о проекте",
            "о сайте",
        ),
        *(
            "о редакции",
            "редакция",
            "про нас",
            "редакция",
            "редакція",
            "за нас",
            "σχετικα με εμας",
            "ποιοι ειμαστε",
            "من نحن",
            "درباره",
        ),
        *("درباره ما", "אודות", "हमारे बारे में", "关于我们", "關於我們", "회사소개"),
    ),
    (
        *("privacy", "privacy policy", "terms", "terms of service", "terms of use", "disclaimer", "legal", "datenschutz", "agb"),
        *("datenschutzerklarung", "confidentialite", "politique de confidentialite", "privacidad", "politica de privacidad"),
        *("privacidade", "politica de privacidade", "polityka prywatnosci", "gizlilik", "политика конфиденциальности"),
        *("політика конфіденційності", "سياسة الخصوصية", "حریم خصوصی", "隐私政策", "プライバシーポリシー"),
    ),
)
"""In the order in which they are worth a request."""

_LONGEST_TEXT = 50
"""Characters; a longer text of a link is a headline that happens to hold such a word."""
_MOST_WORDS = 5
_SPLIT = re.compile(r"[\W_]+")
_ENDING = re.compile(r"\.[a-z]{2,5}$")


def plain(text: str) -> str:
    """A text without accents, capitals and punctuation, its words one space apart."""
    if text.isascii():
        return " ".join(word for word in _SPLIT.split(text[:200].lower()) if word)
    folded = unicodedata.normalize("NFKD", text[:200]).casefold()
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter) or "\u0900" <= letter <= "\u0dff")
    return " ".join(word for word in _SPLIT.split(letters.replace("ı", "i")) if word)


_RANKS = {plain(word): rank for rank, group in reversed(list(enumerate(GROUPS))) for word in group}


@lru_cache(maxsize=8192)  # a site's menu stands on each of its pages
def about_rank(url: str, text: str) -> int | None:
    """Which of GROUPS a link belongs to by its text or its path; None for another page."""
    by_text = _text_rank(text) if len(text) <= _LONGEST_TEXT else None
    return by_text if by_text is not None else _path_rank(url)


def _text_rank(text: str) -> int | None:
    words = plain(text).split()
    if not 0 < len(words) <= _MOST_WORDS:
        return None
    found = _RANKS.get(" ".join(words))
    if found is not None:
        return found
    # "Contact the newsroom", "Impressum & Datenschutz": the phrase leads or ends the text.
    for length in range(len(words) - 1, 0, -1):
        for part in (words[:length], words[-length:]):
            found = _RANKS.get(" ".join(part))
            if found is not None and (length > 1 or len(part[0]) > 4):
                return found
    return None


def _path_rank(url: str) -> int | None:
    path = unquote(urlsplit(url).path).rstrip("/")
    segments = [segment for segment in path.split("/") if segment]
    if not segments or len(segments) > 3:
        return None
    return _RANKS.get(plain(_ENDING.sub("", segments[-1].lower())))
