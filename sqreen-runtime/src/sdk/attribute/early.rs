//! What is read before the body can move it, and needed only afterwards.

use crate::pipeline::any_live;

use super::{Told, contained};

/// Read from arguments, for when the function has returned or its future is polled.
#[derive(Debug)]
pub struct Early(Option<Box<Told>>);

impl Early {
    /// Reads, where an agent is there.
    #[inline]
    pub fn read(read: &mut dyn FnMut(&mut Told)) -> Self {
        if !any_live() {
            return Self(None);
        }
        keep(read)
    }

    /// Hands it on, once.
    pub fn give(&mut self, into: &mut Told) {
        if let Some(told) = self.0.take() {
            *into = *told;
        }
    }
}

#[cold]
fn keep(read: &mut dyn FnMut(&mut Told)) -> Early {
    let mut told = Box::<Told>::default();
    told.panicked = contained(|| read(&mut told)).is_none();
    Early(Some(told))
}
