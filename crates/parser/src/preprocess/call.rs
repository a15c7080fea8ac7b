//! Macro calls: `$NAME`, `$NAME.` and `$NAME(a'b)`.

use super::Language;
use super::scan::{Expander, Frame, Macro, Next, Place, name_end};
use orchestrion_base::diag::{Diagnostic, codes};
use orchestrion_base::limits::Limit;
use std::rc::Rc;
use std::sync::Arc;

/// The parameters that a macro's text may use, each with the text given and where that text's own
/// parameters are looked up.
pub(super) struct Env {
    params: Vec<(Arc<str>, Arc<str>)>,
    outer: Option<Rc<Env>>,
}

/// Mathematical constants of `math.h` under the names the orchestra gives them (manual, "Predefined
/// Math Constant Macros").
const CONSTANTS: &[(&str, &str)] = &[
    ("M_E", "2.71828182845904523536"),
    ("M_LOG2E", "1.44269504088896340736"),
    ("M_LOG10E", "0.43429448190325182765"),
    ("M_LN2", "0.69314718055994530942"),
    ("M_LN10", "2.30258509299404568402"),
    ("M_PI", "3.14159265358979323846"),
    ("M_PI_2", "1.57079632679489661923"),
    ("M_PI_4", "0.78539816339744830962"),
    ("M_1_PI", "0.31830988618379067154"),
    ("M_2_PI", "0.63661977236758134308"),
    ("M_2_SQRTPI", "1.12837916709551257390"),
    ("M_SQRT2", "1.41421356237309504880"),
    ("M_SQRT1_2", "0.70710678118654752440"),
    ("M_INF", "800000000000.0"),
];

impl Expander<'_> {
    /// Defines the constants (orchestra only) and the macros of the options.
    pub(super) fn predefine(&mut self) {
        let constants = match self.options.language {
            Language::Orchestra => CONSTANTS,
            Language::Score => &[],
        };
        let given = self.options.macros.iter().map(|(n, b)| (n.as_str(), b.as_str()));
        for (name, body) in constants.iter().copied().chain(given) {
            self.macros.insert(name.into(), vec![Macro { params: Vec::new(), body: body.into() }]);
        }
    }

    /// The macro or parameter that `name` means here, and the scope of its text.
    pub(super) fn lookup(&self, name: &str) -> Option<(Macro, Option<Rc<Env>>)> {
        if let Some(env) = self.frames.last().and_then(|f| f.env.as_ref())
            && let Some((_, text)) = env.params.iter().find(|(n, _)| &**n == name)
        {
            return Some((Macro { params: Vec::new(), body: text.clone() }, env.outer.clone()));
        }
        let m = self.macros.get(name)?.last()?.clone();
        Some((m, None))
    }

    pub(super) fn dollar(&mut self, text: &str, at: usize) -> Next {
        let bytes = text.as_bytes();
        let name_to = name_end(bytes, at + 1);
        if name_to == at + 1 {
            return self.plain(text, at, at + 1);
        }
        let mut end = name_to + usize::from(bytes.get(name_to) == Some(&b'.'));
        let name = &text[at + 1..name_to];
        let Some((found, outer)) = self.lookup(name) else {
            return self.undefined(name, at, end);
        };
        let mut env = outer;
        if !found.params.is_empty() {
            if bytes.get(end) != Some(&b'(') {
                return self.bad_call(name, found.params.len(), at, end);
            }
            match arguments(text, end + 1, found.params.len()) {
                Ok((args, to)) => {
                    end = to;
                    let outer = self.frames.last().and_then(|f| f.env.clone());
                    env = Some(Rc::new(Env { params: found.params.into_iter().zip(args).collect(), outer }));
                }
                Err(to) => return self.bad_call(name, found.params.len(), at, to),
            }
        }
        self.enter(found.body, env, at, end)
    }

    /// Goes on in a macro's text; `at..end` is the call.
    fn enter(&mut self, body: Arc<str>, env: Option<Rc<Env>>, at: usize, end: usize) -> Next {
        let span = self.span(at, end);
        if let Some(frame) = self.frames.last_mut() {
            frame.pos = end;
        }
        if self.too_deep() || !self.charge(32 + (end - at)) {
            return Next::Switch;
        }
        // What needs no reading is copied at once.
        if !self.line_start && self.plain_run(body.as_bytes()) == body.len() {
            self.locate(span, false);
            if !self.charge(body.len()) {
                return Next::Switch;
            }
            self.out.push_str(&body);
            return Next::At(end);
        }
        let name = self.frames.last().map_or_else(|| Arc::from(""), |f| f.name.clone());
        let end = body.len();
        self.frames.push(Frame { text: body, pos: 0, end, place: Place::Call(span), env, name });
        Next::Switch
    }

    /// Reports and stops everything where nesting reached its limit.
    pub(super) fn too_deep(&mut self) -> bool {
        self.is_over(Limit::MacroDepth, self.frames.len(), "macros or includes nested")
    }

    fn undefined(&mut self, name: &str, at: usize, end: usize) -> Next {
        let message = format!("macro `{name}` is not defined");
        let span = self.span(at, end);
        let code = codes::MACRO_UNDEFINED;
        // In strings and scores the reference writes `$error` and goes on.
        let mild = self.in_string || self.options.language == Language::Score;
        let mut d = if mild {
            Diagnostic::warning(code, span, message).label("read as the text `$error`")
        } else {
            Diagnostic::error(code, span, message)
        };
        if let Some(near) = self.nearest(name) {
            d = d.help(format!("is `${near}` meant?"));
        }
        self.report(d);
        self.line_start = false;
        self.emit(if mild { "$error" } else { "0" }, at, end);
        if self.frames.is_empty() { Next::Switch } else { Next::At(end) }
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let same = |n: &&Arc<str>| n.eq_ignore_ascii_case(name);
        self.macros
            .iter()
            .filter(|(_, v)| !v.is_empty())
            .map(|(n, _)| n)
            .filter(same)
            .min()
            .map(|n| n.to_string())
    }

    fn bad_call(&mut self, name: &str, wanted: usize, at: usize, end: usize) -> Next {
        let d = Diagnostic::error(
            codes::MACRO_SYNTAX,
            self.span(at, end),
            format!("macro `{name}` takes {wanted} argument{}", if wanted == 1 { "" } else { "s" }),
        )
        .help(format!("write `${name}(a{})`, arguments separated by '", "'b".repeat(wanted.min(4) - 1)));
        self.report(d);
        self.emit("0", at, end);
        if self.frames.is_empty() { Next::Switch } else { Next::At(end) }
    }
}

/// Reads `count` arguments that start at `at`. `'` or `#` ends one, `)` the last; parentheses nest and
/// `\` takes the next character's meaning away. `Err` gives where reading stopped.
fn arguments(text: &str, at: usize, count: usize) -> Result<(Vec<Arc<str>>, usize), usize> {
    let mut args = Vec::with_capacity(count);
    let mut arg = String::new();
    let mut depth = 0usize;
    let mut chars = text[at..].char_indices();
    while let Some((i, c)) = chars.next() {
        let last = args.len() + 1 == count;
        match c {
            '\'' | '#' if depth == 0 && !last => args.push(Arc::from(std::mem::take(&mut arg))),
            ')' if depth == 0 => {
                if !last {
                    return Err(at + i + 1);
                }
                args.push(Arc::from(arg));
                return Ok((args, at + i + 1));
            }
            '\\' => match chars.next() {
                Some((_, ')')) => arg.push_str("\\)"),
                Some((_, c)) => arg.push(c),
                None => return Err(text.len()),
            },
            c => {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                arg.push(c);
            }
        }
    }
    Err(text.len())
}
