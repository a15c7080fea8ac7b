//! What `space` and `locsig` leave for `spsend` and `locsend`: the reverberation signals of the current
//! k-cycle.

use orchestrion_base::world::World;
use std::marker::PhantomData;

/// Most channels of a panner.
pub(super) const CHANNELS: usize = 4;

/// Reverberation signals of all instances of the panner `T`, and which of them was initialised last.
pub(super) struct Sends<T> {
    instances: Vec<Vec<[f64; CHANNELS]>>,
    /// The last instance that was initialised, and its number of channels.
    pub last: Option<(usize, usize)>,
    panner: PhantomData<T>,
}

impl<T> Default for Sends<T> {
    fn default() -> Self {
        Self { instances: Vec::new(), last: None, panner: PhantomData }
    }
}

/// Gives an instance a place among the sends, at init, with room for a k-cycle; `number` is the place it
/// has already.
pub(super) fn announce<T: Send + Sync + 'static>(
    world: &mut World,
    number: Option<usize>,
    channels: usize,
    samples: usize,
) -> usize {
    let sends = world.shared::<Sends<T>>();
    let number = number.unwrap_or_else(|| {
        sends.instances.push(Vec::new());
        sends.instances.len() - 1
    });
    sends.instances[number].resize(samples, [0.0; CHANNELS]);
    sends.last = Some((number, channels));
    number
}

/// The place of an instance, to write.
pub(super) fn write<T: Send + Sync + 'static>(world: &mut World, number: usize) -> &mut [[f64; CHANNELS]] {
    world.shared::<Sends<T>>().instances.get_mut(number).map_or(&mut [], Vec::as_mut_slice)
}

/// The place of an instance, to read.
pub(super) fn read<T: Send + Sync + 'static>(world: &World, number: usize) -> &[[f64; CHANNELS]] {
    world.shared_ref::<Sends<T>>().and_then(|s| s.instances.get(number)).map_or(&[], Vec::as_slice)
}

/// Gains by distance: the direct signal, and the parts of the reverberation that stay local and that
/// surround the listener (Chowning, The Simulation of Moving Sound Sources, 1971).
pub(super) struct Distance {
    direct: f64,
    local: f64,
    global: f64,
}

impl Distance {
    pub fn new(distance: f64, reverberation: f64) -> Self {
        let direct = 1.0 / distance;
        let sent = reverberation * (1.0 / distance.sqrt());
        Self { direct, local: sent * (1.0 - direct), global: sent * direct }
    }

    /// Signal and reverberation of a channel that takes part with `gain`.
    #[inline(always)]
    pub fn channel(&self, x: f64, gain: f64) -> (f64, f64) {
        (x * self.direct * gain, x * self.local * gain + x * self.global)
    }
}
