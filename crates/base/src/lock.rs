//! The door to locks and to values that are made once. `clippy.toml` bans the other ways, so that `tests/performing.rs`,
//! which is told of everybody who comes through here, sees that no note that plays does.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

static TOLD: OnceLock<fn()> = OnceLock::new();

/// Has a function called, in builds with debug assertions, before anybody takes a lock. Only the first one counts.
pub fn watch(told: fn()) {
    let _ = TOLD.set(told);
}

fn tell() {
    if cfg!(debug_assertions)
        && let Some(told) = TOLD.get()
    {
        told();
    }
}

/// Takes a lock. A panic of who held it before does not matter: what is behind our locks is whole at any time.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    tell();
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is in a cell, made first if it is empty; who comes meanwhile waits.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn made_once<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    if let Some(made) = cell.get() {
        return made;
    }
    tell();
    cell.get_or_init(make)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        static TAKEN: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn who_takes_a_lock_is_seen() {
        watch(|| TAKEN.set(TAKEN.get() + 1));
        let (mutex, cell) = (Mutex::new(1), OnceLock::new());
        *lock(&mutex) += 1;
        assert_eq!((*lock(&mutex), TAKEN.get()), (2, 2));
        assert_eq!((*made_once(&cell, || 5), *made_once(&cell, || 6)), (5, 5));
        assert_eq!(TAKEN.get(), 3);
        let broken = std::panic::catch_unwind(|| {
            let _guard = lock(&mutex);
            panic!("while the lock is held");
        });
        assert!(broken.is_err() && *lock(&mutex) == 2);
    }
}
