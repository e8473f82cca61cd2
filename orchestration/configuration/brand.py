"""An audience's brand, read when the configuration is: is the accent readable, is the logo one?

Add here: what a brand may be made of. Keep out: what a logo may hold (reports/logo.py) and the colours made from an
accent (reports/charts/palette.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from orchestration.configuration.value_types import Frozen
from orchestration.configuration.yaml_lines import YamlDocument
from reports.charts.colour import contrast
from reports.charts.palette import WHITE, palette_for
from reports.logo import LogoError, read_logo
from reports.run import Logo

if TYPE_CHECKING:
    from orchestration.settings import Audience


class Brand(Frozen):
    """The audience's look: an accent colour as #rrggbb and a logo's file name; None keeps the house's own and none."""

    accent: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None
    logo: Annotated[str, Field(min_length=1, max_length=200)] | None = None


# Text in the accent stands on white: WCAG AA asks for 4.5, the heat ramp and its text keep 4.6.
LEAST_CONTRAST = 4.6


def load_logo(config_dir: Path, brand: Brand) -> Logo | None:
    """The audience's logo, None where it has none.

    Raises LogoError: no such file, outside the configuration's folder, or no logo.
    """
    if brand.logo is None:
        return None
    path = (config_dir / brand.logo).resolve()
    if not path.is_relative_to(config_dir.resolve()):
        raise LogoError("it leads out of the configuration's folder; put the file beside audiences.yml")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LogoError(f"it cannot be read ({error.strerror}); put the file beside audiences.yml") from error
    return read_logo(content)


def brand_problems(document: YamlDocument, config_dir: Path, audiences: Sequence[Audience]) -> Iterator[str]:
    """What is wrong with the brands of audiences.yml, each with file, line and fix."""
    at_of = {item.get("name"): at for at, item in enumerate(document.data["audiences"]) if isinstance(item, dict)}
    for audience in audiences:
        at = at_of[audience.name]
        accent, logo = audience.brand.accent, audience.brand.logo
        if accent is not None and (found := contrast(accent, WHITE)) < LEAST_CONTRAST:
            yield (
                f"{document.place(('audiences', at, 'brand', 'accent'))}: audiences.{at}.brand.accent {accent}: "
                f"text in it has a contrast of {found:.1f} : 1 on white, {LEAST_CONTRAST} are needed; "
                f"take a darker one such as {palette_for(accent).accent}"
            )
        try:
            load_logo(config_dir, audience.brand)
        except LogoError as error:
            yield f"{document.place(('audiences', at, 'brand', 'logo'))}: audiences.{at}.brand.logo {logo}: {error}"
