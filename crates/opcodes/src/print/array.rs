//! `printarray`: elements of an array in lines of about 80 characters.

use bstr::{BStr, BString};
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::limits::Limit;
use orchestrion_base::op::{Init, Make, OpDef, Res, WorldUgen, port, sig, world_unit};
use orchestrion_base::port::Io;
use orchestrion_base::text::Text;
use orchestrion_base::value::{ArrayData, ArrayVal};
use orchestrion_base::world::World;

use super::format::{Value, element};

/// Definition of `printarray`.
pub static PRINTARRAY: OpDef = OpDef::new("printarray", "Prints the elements of an array.")
    .sigs(&[
        sig("", "k[]J", Make::Unit(world_unit::<PrintArray>)),
        sig("", "k[]kS", Make::Unit(world_unit::<PrintArray>)),
        sig("", "k[]S", Make::Unit(world_unit::<PrintArray>)),
        sig("", "k[]kSS", Make::Unit(world_unit::<PrintArray>)),
        sig("", "k[]SS", Make::Unit(world_unit::<PrintArray>)),
        sig("", "i[]", Make::Init(print_init)),
        sig("", "i[]S", Make::Init(print_init)),
        sig("", "i[]SS", Make::Init(print_init)),
        sig("", "S[]J", Make::Unit(world_unit::<PrintArray>)),
        sig("", "S[]kS", Make::Unit(world_unit::<PrintArray>)),
        sig("", "S[]S", Make::Unit(world_unit::<PrintArray>)),
        sig("", "S[]SS", Make::Unit(world_unit::<PrintArray>)),
    ])
    .ins(&[
        port("array", "array of one or two dimensions"),
        port("ktrig", "prints when it becomes positive, in every cycle if negative; default -1"),
        port("Sfmt", "format of one element; default %.4f, for strings \\\"%s\\\""),
        port("Slabel", "printed above"),
    ])
    .writes(Res::PRINT)
    .may_fail()
    .source("Manual: printarray; layout measured on the reference");

/// A line ends after the element that reaches this length.
const LINE: usize = 80;
/// Longer arrays have the index of the first element before each line.
const INDEXED: usize = 100;

/// Layout of one printing.
struct Layout<'a> {
    format: &'a BStr,
    label: Option<Text<'a>>,
    limit: usize,
}

fn layout_strings<'a>(io: &Io<'a>) -> (Option<Text<'a>>, Option<Text<'a>>) {
    let first = (1..io.n_ins()).find(|&i| io.is_str(i));
    let at = |i: Option<usize>| i.filter(|&i| i < io.n_ins()).map(|i| io.str(i));
    (at(first), at(first.map(|i| i + 1)))
}

/// Prints the array of input 0. Formats shorter than `shortest` bytes mean the default.
fn print(io: &Io<'_>, world: &mut World, shortest: usize) -> OpResult {
    let Some(array) = io.array(0) else { return Ok(()) };
    let (format, label) = layout_strings(io);
    let is_text = matches!(array.data, ArrayData::Str(_));
    let default = BStr::new(if is_text { "\"%s\"" } else { "%.4f" });
    let format = format.as_deref().filter(|f| f.len() >= shortest).unwrap_or(default);
    let layout = Layout { format, label, limit: world.limits.size(Limit::StringBytes) };
    let mut text = BString::default();
    if let Some(label) = &layout.label {
        text.extend_from_slice(label);
        text.push(b'\n');
    }
    match (&array.data, array.dims.len()) {
        (ArrayData::Str(_), 1) => strings(&array, &layout, &mut text)?,
        (ArrayData::Str(_), _) => {
            return Err(OpError::new("cannot print string arrays of several dimensions"));
        }
        (ArrayData::Num(_), 1) => numbers(&array, &layout, &mut text)?,
        (ArrayData::Num(_), 2) => rows(&array, &layout, &mut text)?,
        (ArrayData::Num(_), n) => {
            return Err(OpError::new(format!("only arrays of 1 or 2 dimensions are printed, this has {n}")));
        }
        _ => return Err(OpError::new("arrays of this type are not printed")),
    }
    if !text.is_empty() {
        world.print(text);
    }
    Ok(())
}

fn end_line(text: &mut BString, start: Option<usize>, line: &mut BString) {
    if let Some(start) = start {
        text.extend_from_slice(format!(" {start:3}:").as_bytes());
    }
    text.push(b' ');
    text.append(line);
    text.push(b'\n');
}

fn numbers(array: &ArrayVal, layout: &Layout<'_>, text: &mut BString) -> OpResult {
    let indexed = array.len() > INDEXED;
    let mut line = BString::default();
    let mut start = 0;
    for (i, &x) in array.nums().iter().enumerate() {
        line.extend_from_slice(&element(layout.format, Value::Num(x), layout.limit)?);
        if line.len() < LINE {
            line.push(b' ');
        } else {
            end_line(text, indexed.then_some(start), &mut line);
            start = i + 1;
        }
    }
    if !line.is_empty() {
        end_line(text, indexed.then_some(start), &mut line);
    }
    Ok(())
}

fn rows(array: &ArrayVal, layout: &Layout<'_>, text: &mut BString) -> OpResult {
    let columns = (array.dims[1] as usize).max(1);
    for (r, row) in array.nums().chunks(columns).enumerate() {
        let mut line = BString::from(format!(" {r:3}: "));
        for &x in row {
            line.extend_from_slice(&element(layout.format, Value::Num(x), layout.limit)?);
            if line.len() < LINE {
                line.push(b' ');
            } else {
                text.append(&mut line);
                text.push(b'\n');
            }
        }
        if !line.is_empty() {
            text.append(&mut line);
            text.push(b'\n');
        }
    }
    Ok(())
}

fn strings(array: &ArrayVal, layout: &Layout<'_>, text: &mut BString) -> OpResult {
    let mut line = BString::default();
    for s in array.strs() {
        if !line.is_empty() {
            line.extend_from_slice(b", ");
        }
        let value = Value::Str(Text::Literal(BStr::new(s)));
        line.extend_from_slice(&element(layout.format, value, layout.limit)?);
        if line.len() >= LINE {
            end_line(text, None, &mut line);
        }
    }
    if !line.is_empty() {
        end_line(text, None, &mut line);
    }
    Ok(())
}

fn print_init(cx: &mut Init<'_>) -> OpResult {
    print(&cx.io, cx.world, 1)
}

/// State of `printarray`: the last trigger.
#[derive(Default)]
struct PrintArray {
    trigger: i32,
}

impl WorldUgen for PrintArray {
    fn init(&mut self, _: &mut Init<'_>) -> OpResult {
        self.trigger = 0;
        Ok(())
    }

    fn perform(&mut self, io: &Io<'_>, world: &mut World) -> OpResult {
        let trigger = if io.n_ins() > 1 && !io.is_str(1) { io.k(1) as i32 } else { -1 };
        let last = std::mem::replace(&mut self.trigger, trigger);
        if trigger < 0 || trigger > 0 && last <= 0 { print(io, world, 2) } else { Ok(()) }
    }
}
