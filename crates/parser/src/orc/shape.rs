//! From raw tokens to the grammar's tokens: each line is recognised as label, block keyword or
//! statement, so that the grammar need not guess which identifier is the opcode.

use super::blocks::{Block, BlockKind};
use super::raw::{Piece, Raw};
use super::token::{Tok, goto_pass, is_keyword, then_pass};
use crate::tree::Pass;
use orchestrion_base::diag::{Diagnostic, Label, codes};
use orchestrion_base::source::{FileId, Span};
use std::collections::BTreeSet;

/// A grammar token with its first byte and the byte after its last.
pub(super) type Placed<'a> = (u32, Tok<'a>, u32);

/// What is left of a line.
type Rest<'l, 'a> = &'l [Piece<'a>];

/// Decides the role of every token.
pub(super) struct Shaper<'a, 'c> {
    pub file: FileId,
    /// The whole text of the file: places index into it.
    pub text: &'a str,
    /// Tokens so far.
    pub out: Vec<Placed<'a>>,
    /// Open blocks, outermost first.
    pub blocks: Vec<Block>,
    /// Blocks inside the innermost that are nested too deeply for the grammar to see.
    pub muted: usize,
    /// Opcodes defined in this text.
    pub defined: BTreeSet<&'a str>,
    /// Labels of this text that are named like keywords.
    pub keyword_labels: BTreeSet<&'a str>,
    /// Opcodes known from elsewhere.
    pub is_opcode: &'c dyn Fn(&str) -> bool,
    pub diags: &'c mut Vec<Diagnostic>,
}

impl<'a> Shaper<'a, '_> {
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.file, start, end)
    }

    pub fn place(&self, piece: &Piece<'_>) -> Span {
        self.span(piece.start, piece.end)
    }

    pub fn push(&mut self, tok: Tok<'a>, piece: &Piece<'_>) {
        self.out.push((piece.start, tok, piece.end));
    }

    /// A token that stands nowhere in the text.
    pub fn push_at(&mut self, tok: Tok<'a>, at: u32) {
        self.out.push((at, tok, at));
    }

    /// Ends the statement whose last piece is given.
    pub fn end(&mut self, last: &Piece<'_>) {
        self.push_at(Tok::End, last.end);
    }

    pub fn error(&mut self, span: Span, message: impl Into<String>, label: impl Into<String>) {
        self.diags.push(Diagnostic::error(codes::SYNTAX, span, message).label(label));
    }

    /// Adds a remedy to the error just made.
    pub fn help(&mut self, text: &str) {
        if let Some(diag) = self.diags.last_mut() {
            diag.help.push(text.to_owned());
        }
    }

    /// Adds another place to the error just made.
    pub fn related(&mut self, span: Span, text: String) {
        if let Some(diag) = self.diags.last_mut() {
            diag.related.push(Label { span, text });
        }
    }

    /// Whether a name is an opcode of the language or of this text.
    pub fn knows(&self, name: &str) -> bool {
        self.defined.contains(name) || (self.is_opcode)(name)
    }

    /// Notes the opcodes that the text defines, and labels named like keywords.
    pub fn collect_names(&mut self, lines: &[Vec<Piece<'a>>]) {
        for line in lines {
            let [first, second, ..] = line.as_slice() else { continue };
            if first.is("opcode") && second.raw == Raw::Ident {
                self.defined.insert(second.text);
            } else if is_keyword(first.text) && self.is_label(line) {
                self.keyword_labels.insert(first.text);
            }
        }
    }

    /// One logical line: labels, then statements (more than one only after `then`, `else`, `do`).
    pub fn line(&mut self, line: &[Piece<'a>]) {
        let mut rest = line;
        while let [first, after @ ..] = rest {
            rest = if self.is_label(rest) {
                self.ensure_case(first);
                self.out.push((first.start, Tok::Label(first.text), first.end + 1));
                &after[1..]
            } else if first.is_ident() {
                self.word(first, after, rest)
            } else {
                self.ensure_case(first);
                self.statement(rest);
                &[]
            };
        }
    }

    /// `name:` with a blank or the line's end after the colon; names may be digits or keywords.
    fn is_label(&self, line: Rest<'_, 'a>) -> bool {
        let [name, colon, ..] = line else { return false };
        let named = match name.raw {
            Raw::Ident | Raw::BadNumber => true,
            Raw::Number => name.text.bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        };
        if !named || !colon.is(":") || colon.start != name.end {
            return false;
        }
        if name.is("default") && self.in_switch() {
            return false;
        }
        matches!(
            self.text.as_bytes().get(colon.end as usize),
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b';' | b'/')
        )
    }

    /// A line that begins with a word; gives back what follows a `then`, `else` or `do`.
    fn word<'l>(&mut self, first: &Piece<'a>, after: Rest<'l, 'a>, line: Rest<'l, 'a>) -> Rest<'l, 'a> {
        match first.text {
            "instr" => self.begin_instr(first, after),
            "opcode" => self.begin_opcode(first, after),
            "endin" => return self.close(BlockKind::Instr, first, after),
            "endop" => return self.close(BlockKind::Opcode, first, after),
            "if" => return self.begin_if(first, after),
            "elseif" => return self.elseif(first, after),
            "else" => return self.else_branch(first, after),
            "endif" | "fi" => return self.close(BlockKind::IF, first, after),
            "while" | "until" => return self.begin_loop(Tok::While(first.is("until")), first, after),
            "od" | "enduntil" => return self.close(BlockKind::Loop, first, after),
            "then" | "ithen" | "kthen" | "do" => {
                let opener = if first.is("do") { "while" } else { "if" };
                self.error(
                    self.place(first),
                    format!("`{}` without `{opener}`", first.text),
                    "nothing to belong to",
                );
                self.help("it stands on the same line as its condition");
                self.push(Tok::Bad, first);
            }
            "for"
                if after.iter().any(|p| p.is("in")) && after[0].is_ident() && !is_keyword(after[0].text) =>
            {
                return self.begin_for(first, after);
            }
            "switch" if self.is_switch(after) => self.begin_switch(first, after),
            "case" if self.in_switch() => self.case(first, after),
            "default" if self.in_switch() => return self.default_case(first, after),
            "endsw" if self.in_switch() => return self.close(BlockKind::SWITCH, first, after),
            word => {
                self.ensure_case(first);
                match goto_pass(word) {
                    Some(pass) => self.goto(pass, first, after),
                    None => self.statement(line),
                }
            }
        }
        &[]
    }

    fn is_switch(&self, after: Rest<'_, 'a>) -> bool {
        !self.knows("switch") && after.first().is_some_and(|p| p.raw != Raw::Punct || p.is("("))
    }

    fn goto(&mut self, pass: Pass, first: &Piece<'a>, after: Rest<'_, 'a>) {
        self.push(Tok::Goto(pass), first);
        self.target(after);
        self.end(after.last().unwrap_or(first));
    }

    /// The label after a goto, and whatever should not follow it.
    fn target(&mut self, after: Rest<'_, 'a>) {
        let [target, more @ ..] = after else { return };
        if matches!(target.raw, Raw::Ident | Raw::Number | Raw::BadNumber) {
            self.push(Tok::Target(target.text), target);
            self.values(more);
        } else {
            self.values(after);
        }
    }

    /// `if` with its condition, either a block or a conditional jump.
    fn begin_if<'l>(&mut self, first: &Piece<'a>, after: Rest<'l, 'a>) -> Rest<'l, 'a> {
        self.ensure_case(first);
        let at = after
            .iter()
            .position(|p| p.is_ident() && (then_pass(p.text).is_some() || goto_pass(p.text).is_some()));
        if let Some((jump, pass)) = at.and_then(|i| Some((i, goto_pass(after[i].text)?))) {
            self.push(Tok::If, first);
            self.values(&after[..jump]);
            self.push(Tok::Goto(pass), &after[jump]);
            self.target(&after[jump + 1..]);
            self.end(after.last().unwrap_or(first));
            return &[];
        }
        if !self.open(BlockKind::IF, first) {
            return at.map_or(&[], |i| &after[i + 1..]);
        }
        self.push(Tok::If, first);
        self.condition_then(first, after, at)
    }

    /// A condition up to its `then`; what follows `then` is given back.
    pub fn condition_then<'l>(
        &mut self,
        first: &Piece<'a>,
        after: Rest<'l, 'a>,
        at: Option<usize>,
    ) -> Rest<'l, 'a> {
        let Some(then) = at else {
            let last = after.last().unwrap_or(first);
            self.error(
                self.span(first.start, last.end),
                format!("expected `then` or `goto` after the condition of `{}`", first.text),
                "`then` is missing on this line",
            );
            self.values(after);
            self.push_at(Tok::Then(Pass::Both), last.end);
            return &[];
        };
        self.values(&after[..then]);
        self.push(Tok::Then(then_pass(after[then].text).unwrap_or(Pass::Both)), &after[then]);
        &after[then + 1..]
    }

    /// `while` and `until`.
    fn begin_loop<'l>(&mut self, tok: Tok<'a>, first: &Piece<'a>, after: Rest<'l, 'a>) -> Rest<'l, 'a> {
        self.ensure_case(first);
        let opened = self.open(BlockKind::Loop, first);
        if opened {
            self.push(tok, first);
        }
        self.until_do(first, after, opened, |shaper, head| shaper.values(head))
    }

    /// `for x in arr do`, `for x, i in arr do`.
    fn begin_for<'l>(&mut self, first: &Piece<'a>, after: Rest<'l, 'a>) -> Rest<'l, 'a> {
        self.ensure_case(first);
        let opened = self.open(BlockKind::Loop, first);
        if opened {
            self.push(Tok::For, first);
        }
        self.until_do(first, after, opened, |shaper, head| {
            let at = head.iter().position(|p| p.is("in")).unwrap_or(head.len());
            shaper.declarations(&head[..at]);
            if let [keyword, array @ ..] = &head[at..] {
                shaper.push(Tok::In, keyword);
                shaper.values(array);
            }
        })
    }

    fn until_do<'l>(
        &mut self,
        first: &Piece<'a>,
        after: Rest<'l, 'a>,
        opened: bool,
        head: impl FnOnce(&mut Self, Rest<'_, 'a>),
    ) -> Rest<'l, 'a> {
        let at = after.iter().position(|p| p.is("do"));
        let (header, rest) = match at {
            Some(i) => (&after[..i], &after[i + 1..]),
            None => (after, &after[after.len()..]),
        };
        let end = at.map(|i| after[i]).or(after.last().copied()).unwrap_or(*first);
        if at.is_none() {
            let span = self.span(first.start, end.end);
            self.error(
                span,
                format!("expected `do` at the end of the `{}` line", first.text),
                "`do` is missing",
            );
        }
        if opened {
            head(self, header);
            match at {
                Some(_) => self.push(Tok::Do, &end),
                None => self.push_at(Tok::Do, end.end),
            }
        }
        rest
    }
}
