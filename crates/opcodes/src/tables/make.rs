//! Making tables: [`make_table`], which the engine uses for the score's `f` statements too.

use crate::sound::numbered_file;
use bstr::ByteSlice;
use orchestrion_base::event::PField;
use orchestrion_base::host::Purpose;
use orchestrion_base::limits::Limit;
use orchestrion_base::table::Table;
use orchestrion_base::world::World;
use orchestrion_dsp::gens::sound::Sound;
use orchestrion_dsp::gens::{Context, GenError, Needs, Request, Which, generate, needs};
use orchestrion_dsp::math;

/// Makes a table as an `f` statement does, and returns its number.
///
/// `number`, rounded: 0 takes the lowest free number from 101 up; a negative one removes that table and
/// returns 0. `routine` is the number (negative: no normalisation) or name of a GEN routine, `args` are
/// the p-fields from p5 on. Files are read through the world's host.
///
/// # Errors
/// What went wrong, for the message; the world is unchanged then.
pub fn make_table(
    world: &mut World,
    number: f64,
    size: f64,
    routine: &PField,
    args: &[PField],
) -> Result<u32, String> {
    let number = number.round_ties_even();
    if number < 0.0 {
        let gone = world.tables.remove(-number as u32);
        return if gone { Ok(0) } else { Err(format!("there is no table {} to remove", -number)) };
    }
    if !(number < f64::from(u32::MAX)) {
        return Err(format!("a table cannot have the number {number}"));
    }
    let number = if number == 0.0 { world.tables.free_number() } else { number as u32 };
    let (table, next) = build(world, size, routine, args)?;
    world.add_table(number, table).map_err(|e| e.to_string())?;
    if let Some(next) = next {
        world.add_table(number.saturating_add(1), next).map_err(|e| e.to_string())?;
    }
    Ok(number)
}

fn build(
    world: &mut World,
    size: f64,
    routine: &PField,
    args: &[PField],
) -> Result<(Table, Option<Table>), String> {
    let name;
    let which = match routine {
        PField::Num(n) => Which::Number(n.round_ties_even() as i32),
        PField::Str(s) => {
            name = s.to_str_lossy().into_owned();
            Which::Name(&name)
        }
    };
    let numbers: Vec<f64> = args.iter().map(|a| if let PField::Num(x) = a { *x } else { 0.0 }).collect();
    let mut request = Request::new(which, size, &numbers);
    let needs = needs(which);
    if needs == Needs::Nothing && args.iter().any(|a| matches!(a, PField::Str(_))) {
        return Err("this GEN routine takes no text".into());
    }
    let (sound, text);
    if needs == Needs::Sound {
        let skip = numbers.get(1).copied().unwrap_or(0.0);
        sound = read_sound(world, &file_name(world, args.first()), skip)?;
        request.sound = Some(&sound);
    } else if needs == Needs::Text {
        let name = file_name(world, args.first());
        let host = world.host.as_ref().ok_or("there are no files here")?;
        text = host.read(&name, Purpose::Data).map_err(|e| e.to_string())?;
        request.text = Some(&text);
    }
    let max_points = most_points(world);
    let mut context =
        Context { tables: &world.tables, random: &mut world.random.mt, sr: world.header.sr, max_points };
    let most_points = world.limits.size(Limit::TablePoints);
    let made = generate(&request, &mut context).map_err(|e| match e {
        // With the other tables there is no room for as many points as one table may have.
        GenError::TooLarge { points, limit } if limit < most_points => {
            Limit::TableBytes.reached(format!("there is room for {limit} points, not for {points}"))
        }
        e => e.to_string(),
    })?;
    Ok((made.table, made.next))
}

/// Points that one more table may have.
fn most_points(world: &World) -> usize {
    let limits = &world.limits;
    let left = limits.get(Limit::TableBytes).saturating_sub(world.tables.bytes()) / 8;
    limits.size(Limit::TablePoints).min(usize::try_from(left).unwrap_or(usize::MAX))
}

/// The file that p5 names: text, or a number as [`numbered_file`] has it.
fn file_name(world: &World, arg: Option<&PField>) -> String {
    match arg {
        Some(PField::Str(s)) => s.to_str_lossy().into_owned(),
        Some(PField::Num(n)) => numbered_file(world, *n, "soundin."),
        None => String::new(),
    }
}

fn read_sound(world: &World, name: &str, skip: f64) -> Result<Sound, String> {
    let reader = world.sounds.as_ref().ok_or("there are no sound files here")?;
    let file = reader.read_sound(name).map_err(|e| e.to_string())?;
    let frames = (skip * file.sr + 0.5).max(0.0) as usize;
    let start = frames.saturating_mul(file.channels).min(file.samples.len());
    let scale = world.header.zero_dbfs;
    // MIDI key 69 has the frequency of A4.
    let frequency = |key: f64| math::pow(2.0, (key - 69.0) / 12.0) * world.header.a4;
    Ok(Sound {
        samples: file.samples[start..].iter().map(|x| x * scale).collect(),
        channels: file.channels,
        sr: file.sr,
        base_frequency: file.base_key.map_or(0.0, frequency),
        sound_loop: file.sound_loop,
        release_loop: file.release_loop,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(args: &[f64]) -> Vec<PField> {
        args.iter().map(|x| PField::Num(*x)).collect()
    }

    #[test]
    fn numbers_are_taken_and_given_back() {
        let mut world = World::default();
        let sine = PField::Num(10.0);
        let args = numbers(&[1.0]);
        assert_eq!(make_table(&mut world, 0.0, 8.0, &sine, &args), Ok(101));
        assert_eq!(make_table(&mut world, 0.0, 8.0, &sine, &args), Ok(102));
        assert_eq!(make_table(&mut world, -101.0, 0.0, &sine, &args), Ok(0));
        assert_eq!(make_table(&mut world, 0.0, 8.0, &sine, &args), Ok(101));
        assert_eq!(make_table(&mut world, 5.4, 8.0, &sine, &args), Ok(5));
        assert!(make_table(&mut world, -77.0, 0.0, &sine, &args).is_err());
        assert!(make_table(&mut world, 1.0, 8.0, &PField::Str("nope".into()), &args).is_err());
        assert!(make_table(&mut world, 1.0, 1e12, &sine, &args).is_err());
        assert!(make_table(&mut world, f64::NAN, 8.0, &sine, &args).is_err());
        assert!(make_table(&mut world, 1.0, 0.0, &PField::Num(1.0), &[PField::Str("a.wav".into())]).is_err());
        assert_eq!(world.tables.numbers().collect::<Vec<_>>(), [5, 101, 102]);
    }
}
