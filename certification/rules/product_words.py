"""The words of amoCRM and of its trade, as the bank is to write them."""

import re

# Abbreviations that a partner knows.
GLOSSARY = frozenset(
    {
        "CRM",
        "API",
        "UTM",
        "KPI",
        "CSS",
        "HTML",
        "CMS",
        "GA",
        "URL",
        "SMS",
        "SSL",
        "PDF",
        "CSV",
        "XLSX",
        "IP",
        "SIP",
        "ID",
        "КП",
        "ИНН",
        "НДС",
        "РФ",
        "ООО",
        "ИП",
    }
)
# How people write it, how it is written.
TERMS = tuple(
    (re.compile(pattern), term)
    for pattern, term in (
        (
            r"(?<![\w@/.-])(?!amoCRM\b)(?:(?i:amo[ -]?crm)|(?i:амо[ -]?(?:crm|срм|црм)))(?![\w@/]|\.\w)",
            "amoCRM",
        ),
        (r"\b(?!Salesbot)(?i:sales[ -]?bot|sells[ -]?bot|сейл[зс][ -]?бот)", "Salesbot"),
        (r"\b(?!Digital Pipeline)(?i:digital[ -]?pipe[ -]?line|диджитал[ -]?пайплайн)", "Digital Pipeline"),
        (r"(?i:тариф\w*) «?(?!Старт-ап)(?i:старт[ -]?ап)", "«Старт-ап»"),
        (r"\b(?!WordPress)(?i:word[ -]?press|вордпресс)", "WordPress"),
        (r"\b(?!Excel)(?i:excel|exсel|эксель|екселе?)\b", "Excel"),
        (r"\b(?!Google Analytics)(?i:google[ -]?analytics|гугл[ -]?аналитик\w*)", "Google Analytics"),
        (r"\b(?i:utm|ютм)(?: |(?<!UTM)-)(?i:мет[ко]\w*)", "UTM-метка"),
        (r"«(?:ЕЩЕ|ЕЩЁ|Еще|еще|ещё)»", "«Ещё»"),
        (r"(?i:бизнес) процесс", "бизнес-процесс"),
        (r"(?i:бизнес) консультант", "бизнес-консультант"),
        (r"(?i:вебсайт|web[ -]сайт)", "веб-сайт"),
    )
)

# Words of the trade that the dictionary lacks, as it would list them.
KNOWN = frozenset(
    {
        "аудиосвязь",
        "валидный",
        "воркшоп",
        "лидогенерация",
        "лидменеджмент",
        "логирование",
        "мульти",
        "мультисписок",
        "мультисписка",
        "нередактируемый",
        "обзвон",
        "присвоиться",
        "прозванивать",
        "скоринг",
        "субдомен",
    }
)
