//! `date` and `dates`: the calendar. A render is the same on every day, so it is always the epoch.

use crate::step::{Step, at_both, at_init};
use orchestrion_base::error::OpResult;
use orchestrion_base::op::{OpDef, port, sig};
use orchestrion_base::port::Io;
use orchestrion_base::world::World;

/// Seconds from 1 January 1970 to 1 January 2010, where `date` counts from.
const EPOCH_2010: f64 = 1_262_304_000.0;

/// Definition of `date`.
pub static DATE: OpDef = OpDef::new("date", "Seconds since 1 January 2010.")
    .sigs(&[sig("iI", "", at_init::<Date>()), sig("kz", "", at_both::<Date>())])
    .outs(&[port("xsec", "seconds"), port("xnano", "nanoseconds")])
    .source("Manual: date")
    .differences(&["always 1 January 1970, so that a render gives the same bytes on every day"]);
/// Definition of `dates`.
pub static DATES: OpDef = OpDef::new("dates", "A date as text.")
    .sigs(&[sig("S", "j", at_init::<Dates>())])
    .outs(&[port("Sdate", "date and time as in C's ctime, in universal time")])
    .ins(&[port("itime", "seconds since 1 January 2010; negative for now; default -1")])
    .source("Manual: dates")
    .differences(&["now is always 1 January 1970, and times are universal"]);

struct Date;

impl Step for Date {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        io.set(0, -EPOCH_2010);
        if io.n_outs() > 1 {
            io.set(1, 0.0);
        }
        Ok(())
    }
}

struct Dates;

impl Step for Dates {
    fn step(io: &Io<'_>, _: &World) -> OpResult {
        let seconds = if io.k(0) < 0.0 { 0.0 } else { io.k(0).trunc() + EPOCH_2010 };
        io.set_str(0, ctime(seconds as i64).as_bytes());
        Ok(())
    }
}

/// `Thu Jan  1 00:00:00 1970`, for seconds since then. Days by the civil calendar (H. Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms").
fn ctime(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let z = days + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 2 } else { shifted - 10 };
    let year = year_of_era + era * 400 + i64::from(month < 2);
    let (weekday, month) = (DAYS[days.rem_euclid(7) as usize], MONTHS[month as usize]);
    format!("{weekday} {month} {day:2} {:02}:{:02}:{:02} {year}", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::ctime;

    #[test]
    fn dates_of_the_calendar() {
        assert_eq!(ctime(0), "Thu Jan  1 00:00:00 1970");
        assert_eq!(ctime(1_709_210_096), "Thu Feb 29 12:34:56 2024");
        assert_eq!(ctime(1_262_304_000), "Fri Jan  1 00:00:00 2010");
    }
}
