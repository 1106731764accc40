//! The engine's promises, through its public face, with mocks of the layers below.
#[cfg(test)]
mod actors;
#[cfg(test)]
mod adapters;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod gathering;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod listeners;
#[cfg(test)]
mod metered;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod review;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tester;
#[cfg(test)]
mod use_cases;
#[cfg(test)]
mod worker;
