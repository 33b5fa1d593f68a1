"""The clock follows the system, stands, or runs ahead; and every process sees the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cardsim.world import Clock, ClockError, ClockMode, ClockSetting, DamagedWorldError
from cardsim.world.clock import system_time

SYSTEM = datetime(2026, 11, 23, 3, 4, 5, tzinfo=UTC)
MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)


class System:
    """A system whose clock the test turns."""

    now = SYSTEM

    def __call__(self):
        return self.now


@pytest.fixture
def system():
    return System()


@pytest.fixture
def clock(tmp_path, system):
    """Give a clock that follows the test's system."""
    made = Clock(tmp_path / "clock.json", system=system)
    made.write(ClockSetting())
    return made


def test_clock_follows_the_system_at_first(clock, system):
    """As long as nobody sets it, the world's time is the system's."""
    system.now += DAY

    assert clock.now() == SYSTEM + DAY


def test_set_clock_stands(clock, system):
    """A clock that was set stays at that moment."""
    clock.set(MOMENT)
    system.now += DAY

    assert clock.now() == MOMENT


def test_set_clock_runs_when_asked(clock, system):
    """With `running`, time goes on from the moment set."""
    clock.set(MOMENT, running=True)
    system.now += DAY

    assert clock.now() == MOMENT + DAY
    assert clock.setting.mode is ClockMode.OFFSET


def test_standing_clock_is_advanced(clock):
    """Advancing a standing clock moves it, and gives the new time."""
    clock.set(MOMENT)

    assert clock.advance(DAY) == MOMENT + DAY
    assert clock.now() == MOMENT + DAY


@pytest.mark.parametrize("step", [DAY, -DAY])
def test_running_clock_is_advanced_and_goes_on(clock, system, step):
    """Advancing a running clock puts it ahead (or behind), and it goes on running."""
    clock.advance(step)
    clock.advance(step)
    system.now += DAY

    assert clock.now() == SYSTEM + 2 * step + DAY


def test_clock_follows_the_system_again(clock):
    """A clock that was set can be let go."""
    clock.set(MOMENT)

    clock.follow_system()

    assert clock.now() == SYSTEM


def test_another_process_sees_the_setting(clock, tmp_path, system):
    """The file decides, not the object: a second clock on it agrees at once."""
    other = Clock(tmp_path / "clock.json", system=system)

    clock.set(MOMENT)

    assert other.now() == MOMENT


def test_moments_are_kept_in_utc_and_whole_seconds(clock):
    """A moment of another zone with microseconds becomes what certificates can hold."""
    japan = timezone(timedelta(hours=9))

    clock.set(datetime(2030, 1, 2, 12, 4, 5, 678, tzinfo=japan))

    assert clock.now() == MOMENT
    assert clock.now().tzinfo is UTC


def test_moment_without_a_zone_is_refused(clock):
    """A naive moment could be anybody's noon."""
    with pytest.raises(ClockError):
        clock.set(datetime(2030, 1, 2, 3, 4, 5))  # noqa: DTZ001 - that is the point

    assert clock.now() == SYSTEM


def test_years_beyond_the_calendar_are_refused(clock):
    """Advancing beyond the year 9999 changes nothing."""
    with pytest.raises(ClockError):
        clock.advance(timedelta(days=3_000_000))

    assert clock.now() == SYSTEM


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param('"mode": "sundial"', id="unknown mode"),
        pytest.param('"mode": "fixed"', id="no moment"),
        pytest.param('"mode": "fixed", "now": "2030-01-02T03:04:05"', id="no zone"),
        pytest.param('"mode": "fixed", "now": 5', id="a number"),
        pytest.param('"mode": "offset", "seconds": "many"', id="no number"),
        pytest.param('"mode": "offset", "seconds": 1e300', id="beyond reach"),
        pytest.param('"hands": 2', id="no mode"),
    ],
)
def test_damaged_setting_is_refused(clock, tmp_path, fields):
    """A clock that does not say the time is an error, never the system's time."""
    document = '{"format": "jpki-emu clock", "version": 1, ' + fields + "}"
    (tmp_path / "clock.json").write_text(document)

    with pytest.raises(DamagedWorldError, match=r"clock\.json"):
        clock.now()


def test_missing_file_is_refused(clock, tmp_path):
    """A world without its clock is damaged."""
    (tmp_path / "clock.json").unlink()

    with pytest.raises(DamagedWorldError):
        clock.now()


def test_system_time_is_aware_and_in_whole_seconds():
    """What the system says is brought into the form everything else uses."""
    now = system_time()

    assert now.tzinfo is UTC
    assert now.microsecond == 0
