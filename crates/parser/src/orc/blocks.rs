//! Blocks and their ends. The grammar receives balanced blocks only: what the text forgets is reported
//! here and put in, so a missing `endif` costs one message and no statement.

use super::raw::Piece;
use super::shape::Shaper;
use super::token::Tok;
use orchestrion_base::source::Span;

/// Blocks inside blocks, counted from the instrument on.
const MAX_BLOCKS: usize = 100;

/// A kind of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    Instr,
    Opcode,
    If { else_at: Option<Span> },
    Loop,
    Switch { cases: bool, default: bool },
}

impl BlockKind {
    pub const IF: BlockKind = BlockKind::If { else_at: None };
    pub const SWITCH: BlockKind = BlockKind::Switch { cases: false, default: false };

    fn same(self, other: BlockKind) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// The keyword that ends it.
    pub fn closer(self) -> &'static str {
        match self {
            BlockKind::Instr => "endin",
            BlockKind::Opcode => "endop",
            BlockKind::If { .. } => "endif",
            BlockKind::Loop => "od",
            BlockKind::Switch { .. } => "endsw",
        }
    }

    fn opener(self) -> &'static str {
        match self {
            BlockKind::Instr => "instr",
            BlockKind::Opcode => "opcode",
            BlockKind::If { .. } => "if",
            BlockKind::Loop => "while",
            BlockKind::Switch { .. } => "switch",
        }
    }

    fn token<'a>(self) -> Tok<'a> {
        match self {
            BlockKind::Instr => Tok::Endin,
            BlockKind::Opcode => Tok::Endop,
            BlockKind::If { .. } => Tok::Endif,
            BlockKind::Loop => Tok::Od,
            BlockKind::Switch { .. } => Tok::Endsw,
        }
    }

    /// Whether it stands at the top level only.
    fn is_unit(self) -> bool {
        matches!(self, BlockKind::Instr | BlockKind::Opcode)
    }
}

/// An open block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub kind: BlockKind,
    /// The keyword that began it.
    pub begun: Span,
}

impl<'a> Shaper<'a, '_> {
    /// Begins a block; `false` where it is nested too deeply and its keywords must be left out.
    pub fn open(&mut self, kind: BlockKind, first: &Piece<'a>) -> bool {
        if self.blocks.len() >= MAX_BLOCKS {
            if self.muted == 0 {
                let message = format!("blocks are nested more than {MAX_BLOCKS} deep");
                self.error(self.place(first), message, "this one is left out");
            }
            self.muted += 1;
            self.push(Tok::Bad, first);
            return false;
        }
        self.blocks.push(Block { kind, begun: self.place(first) });
        true
    }

    /// Ends the innermost block with a token at the given place.
    fn pop(&mut self, start: u32, end: u32) {
        self.muted = 0;
        if let Some(block) = self.blocks.pop() {
            self.out.push((start, block.kind.token(), end));
        }
    }

    /// Ends the innermost block although the text does not; `found` is what stands there instead.
    fn force_close(&mut self, at: Span, found: &str) {
        let Some(block) = self.blocks.last().copied() else { return };
        let (closer, opener) = (block.kind.closer(), block.kind.opener());
        self.error(at, format!("expected `{closer}` before {found}"), format!("`{closer}` is missing"));
        self.related(block.begun, format!("the `{opener}` that it should end"));
        if matches!(block.kind, BlockKind::If { .. }) {
            self.help("`else if` opens a further block; one condition after another is `elseif`");
        }
        self.pop(at.start, at.start);
    }

    /// A keyword that ends a block; gives back the rest of the line.
    pub fn close<'l>(
        &mut self,
        kind: BlockKind,
        first: &Piece<'a>,
        after: &'l [Piece<'a>],
    ) -> &'l [Piece<'a>] {
        if self.muted > 0 && !kind.is_unit() {
            self.muted -= 1;
            return after;
        }
        let Some(depth) = self.find(kind) else {
            let opener = kind.opener();
            self.error(
                self.place(first),
                format!("`{}` without `{opener}`", first.text),
                "nothing to end here",
            );
            self.push(Tok::Bad, first);
            return &[];
        };
        while self.blocks.len() > depth + 1 {
            self.force_close(self.place(first), &format!("`{}`", first.text));
        }
        self.pop(first.start, first.end);
        self.nothing_more(first, after);
        after
    }

    /// After the end of a block, the line should end.
    fn nothing_more(&mut self, first: &Piece<'a>, after: &[Piece<'a>]) {
        if let Some(next) = after.first() {
            let message = format!("expected the end of the line after `{}`", first.text);
            self.error(self.place(next), message, "begin a new line here");
        }
    }

    /// The innermost block of a kind, looking no further than the instrument or opcode.
    fn find(&self, kind: BlockKind) -> Option<usize> {
        for (depth, block) in self.blocks.iter().enumerate().rev() {
            if block.kind.same(kind) {
                return Some(depth);
            }
            if block.kind.is_unit() && !kind.is_unit() {
                return None;
            }
        }
        None
    }

    /// Ends everything that is open before `instr`, `opcode` or the end of the text.
    pub fn close_all(&mut self, at: Span, found: &str) {
        while !self.blocks.is_empty() {
            self.force_close(at, found);
        }
    }

    pub fn begin_instr(&mut self, first: &Piece<'a>, after: &[Piece<'a>]) {
        self.close_all(self.place(first), "the next `instr`");
        self.open(BlockKind::Instr, first);
        self.push(Tok::Instr, first);
        self.values(after);
        self.end(after.last().unwrap_or(first));
    }

    /// The `if` that `elseif` or `else` belongs to becomes the innermost block.
    fn enclosing_if(&mut self, first: &Piece<'a>) -> bool {
        if self.muted > 0 {
            return false;
        }
        let Some(depth) = self.find(BlockKind::IF) else {
            self.error(self.place(first), format!("`{}` without `if`", first.text), "no `if` is open here");
            self.push(Tok::Bad, first);
            return false;
        };
        while self.blocks.len() > depth + 1 {
            self.force_close(self.place(first), &format!("`{}`", first.text));
        }
        if let BlockKind::If { else_at: Some(earlier) } = self.blocks[depth].kind {
            self.error(
                self.place(first),
                format!("`{}` after `else`", first.text),
                "this branch can never run",
            );
            self.related(earlier, "the `else`".to_owned());
            self.push(Tok::Bad, first);
            return false;
        }
        true
    }

    pub fn elseif<'l>(&mut self, first: &Piece<'a>, after: &'l [Piece<'a>]) -> &'l [Piece<'a>] {
        let at = after.iter().position(|p| p.is("then") || p.is("ithen") || p.is("kthen"));
        if self.enclosing_if(first) {
            self.push(Tok::Elseif, first);
            self.condition_then(first, after, at)
        } else {
            at.map_or(&[], |i| &after[i + 1..])
        }
    }

    pub fn else_branch<'l>(&mut self, first: &Piece<'a>, after: &'l [Piece<'a>]) -> &'l [Piece<'a>] {
        if self.enclosing_if(first) {
            let place = self.place(first);
            if let Some(top) = self.blocks.last_mut() {
                top.kind = BlockKind::If { else_at: Some(place) };
            }
            self.push(Tok::Else, first);
        }
        after
    }

    /// Whether a `switch` is open in this instrument.
    pub fn in_switch(&self) -> bool {
        self.find(BlockKind::SWITCH).is_some()
    }

    pub fn begin_switch(&mut self, first: &Piece<'a>, after: &[Piece<'a>]) {
        self.ensure_case(first);
        if self.open(BlockKind::SWITCH, first) {
            self.push(Tok::Switch, first);
            self.values(after);
            self.end(after.last().unwrap_or(first));
        }
    }

    /// Closes what is open inside the `switch`; its state, unless it is muted.
    fn enclosing_switch(&mut self, first: &Piece<'a>) -> Option<(bool, bool)> {
        let depth = self.find(BlockKind::SWITCH).filter(|_| self.muted == 0)?;
        while self.blocks.len() > depth + 1 {
            self.force_close(self.place(first), &format!("`{}`", first.text));
        }
        match self.blocks[depth] {
            Block { kind: BlockKind::Switch { cases, default }, .. } => Some((cases, default)),
            _ => None,
        }
    }

    fn set_switch(&mut self, cases: bool, default: bool) {
        if let Some(top) = self.blocks.last_mut() {
            top.kind = BlockKind::Switch { cases, default };
        }
    }

    pub fn case(&mut self, first: &Piece<'a>, after: &[Piece<'a>]) {
        let Some((_, default)) = self.enclosing_switch(first) else { return };
        if default {
            self.error(self.place(first), "`case` after `default`", "move it before `default`");
            return;
        }
        self.set_switch(true, false);
        self.push(Tok::Case, first);
        let values = match after {
            [values @ .., colon] if colon.is(":") => values,
            _ => after,
        };
        self.values(values);
        self.end(after.last().unwrap_or(first));
    }

    pub fn default_case<'l>(&mut self, first: &Piece<'a>, after: &'l [Piece<'a>]) -> &'l [Piece<'a>] {
        let after = match after {
            [colon, rest @ ..] if colon.is(":") => rest,
            _ => after,
        };
        match self.enclosing_switch(first) {
            Some((_, true)) => self.error(self.place(first), "a second `default`", "one is enough"),
            Some((_, false)) => {
                self.set_switch(true, true);
                self.push(Tok::Default, first);
            }
            None => {}
        }
        after
    }

    /// A statement between `switch` and its first `case` gets a case of its own, and a message.
    pub fn ensure_case(&mut self, first: &Piece<'a>) {
        let Some(Block { kind: BlockKind::Switch { cases: false, .. }, .. }) = self.blocks.last() else {
            return;
        };
        self.error(
            self.place(first),
            "expected `case` or `default` after `switch`",
            "this statement belongs to no case",
        );
        self.set_switch(true, false);
        self.push_at(Tok::Case, first.start);
        self.push_at(Tok::Number(0.0), first.start);
        self.push_at(Tok::End, first.start);
    }
}
