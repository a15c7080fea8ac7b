//! The report as one page of HTML without scripts or other files.

use super::row::{Row, Tally};
use std::fmt::Write;

/// Drawings a page holds at most; each takes some 20 KiB.
const DRAWINGS: usize = 300;

const STYLE: &str = "body{font:14px sans-serif;margin:2em;max-width:70em}\
table{border-collapse:collapse}td,th{text-align:left;padding:2px 10px 2px 0;vertical-align:top}\
td.n{text-align:right}tr.F td{background:#fdd}tr.C td{background:#ffd}tr.B td{background:#efd}\
svg{display:block;background:#f8f8f8;margin:4px 0 1.5em}svg text{font:9px sans-serif;fill:#444}\
path.reference{fill:#357}path.ours{fill:#273}path.difference{fill:#b32}\
line.parting{stroke:#b32;stroke-width:1;stroke-dasharray:3 2}";

/// The page.
pub fn html(rows: &[Row], tally: &Tally) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Orchestrion: agreement with the \
         reference</title><style>{STYLE}</style></head><body>\n<h1>Agreement with the reference</h1>\n<p>{tally}.</p>\n\
         <table>\n<tr><th>piece</th><th>grade</th><th>ours s</th><th>reference s</th><th>remark</th></tr>\n"
    );
    for (index, row) in rows.iter().enumerate() {
        let name = escape(&row.piece);
        let name = if row.figure.is_some() { format!("<a href=\"#p{index}\">{name}</a>") } else { name };
        let _ = writeln!(
            page,
            "<tr class=\"{}\"><td>{name}</td><td>{}</td><td class=\"n\">{:.3}</td><td class=\"n\">{:.3}</td><td>{}</td></tr>",
            row.label().chars().next().unwrap_or('-'),
            row.label(),
            row.ours_seconds,
            row.reference_seconds,
            escape(&row.remark)
        );
    }
    page.push_str("</table>\n");
    let drawn = rows.iter().enumerate().filter_map(|(index, row)| Some((index, row, row.figure.as_ref()?)));
    for (index, row, figure) in drawn.take(DRAWINGS) {
        let _ = writeln!(
            page,
            "<h2 id=\"p{index}\">{} {}</h2>\n<p>{}</p>\n{}",
            escape(&row.piece),
            row.label(),
            escape(&row.remark),
            figure.svg()
        );
    }
    page.push_str("</body></html>\n");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_pieces_cannot_break_the_page() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
