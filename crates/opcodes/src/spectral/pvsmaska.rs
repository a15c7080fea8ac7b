//! `pvsmaska`, `pvstencil`: a table as a mask for amplitudes.

use super::effect::{Effect, Real, Source, effect};
use crate::lookup::any_table;
use orchestrion_base::error::{OpError, OpResult};
use orchestrion_base::op::{Init, OpDef, Port, Res, port, sig};
use orchestrion_base::spectrum::SpectrumLayout;

const OUTS: &[Port] = &[port("fsig", "spectral signal")];

/// Definition of `pvsmaska`.
pub static PVSMASKA: OpDef = OpDef::new("pvsmaska", "Multiplies amplitudes by a table.")
    .sigs(&[sig("f", "fik", effect::<Pvsmaska>())])
    .outs(OUTS)
    .ins(&[
        port("fsrc", "spectral signal"),
        port("ifn", "table of factors, a point per bin at least; negative ones are set to 0"),
        port("kdepth", "0 no effect to 1 full"),
    ])
    .reads(Res::TABLES)
    .source("Manual: pvsmaska");

/// Definition of `pvstencil`.
pub static PVSTENCIL: OpDef = OpDef::new("pvstencil", "Changes bins that are softer than a table.")
    .sigs(&[sig("f", "fkki", effect::<Pvstencil>())])
    .outs(OUTS)
    .ins(&[
        port("fsigin", "spectral signal"),
        port("kgain", "factor of the amplitudes below the mask; the sign does not matter"),
        port("klevel", "factor of the table's points; the sign does not matter"),
        port("iftable", "table of amplitudes, a point per bin at least; negative ones are set to 0"),
    ])
    .reads(Res::TABLES)
    .source("Manual: pvstencil")
    .differences(&["In sliding analyses frequencies stay as they are, as in others."]);

/// Number of a table with a point per bin, whose negative points are set to 0.
fn mask(cx: &mut Init<'_>, input: usize, layout: &SpectrumLayout) -> OpResult<f64> {
    let number = any_table(cx.world, cx.k(input))?;
    let table = cx.world.tables.get_mut(number).filter(|t| t.len + 1 >= layout.bins());
    let table =
        table.ok_or_else(|| OpError::new(format!("table {number} needs {} points", layout.bins())))?;
    table.data.iter_mut().for_each(|x| *x = x.max(0.0));
    Ok(number)
}

#[derive(Default)]
struct Pvsmaska {
    table: f64,
}

impl Effect for Pvsmaska {
    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        self.table = mask(cx, 1, layout)?;
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let Some(table) = source.world.tables.get(self.table) else { return Ok(()) };
        let rest = 1.0 - (source.k(2) as f32).clamp(0.0, 1.0);
        let (rest, depth) = (f64::from(rest), f64::from(1.0 - rest));
        for ((out, bin), factor) in out.iter_mut().zip(source.first).zip(&table.data) {
            *out = [T::of(bin[0].into() * (rest + depth * factor)), bin[1]];
        }
        Ok(())
    }
}

#[derive(Default)]
struct Pvstencil {
    table: f64,
}

impl Effect for Pvstencil {
    fn init(&mut self, cx: &mut Init<'_>, layout: &SpectrumLayout) -> OpResult {
        self.table = mask(cx, 3, layout)?;
        Ok(())
    }

    fn frame<T: Real>(&mut self, source: &Source<'_, T>, out: &mut [[T; 2]]) -> OpResult {
        let Some(table) = source.world.tables.get(self.table) else { return Ok(()) };
        let [gain, level]: [f64; 2] = [1, 2].map(|i| T::of(source.k(i).abs()).into());
        for ((out, bin), point) in out.iter_mut().zip(source.first).zip(&table.data) {
            let amp: f64 = bin[0].into();
            let factor = if amp > point * level { 1.0 } else { gain };
            *out = [T::of(amp * factor), bin[1]];
        }
        Ok(())
    }
}
