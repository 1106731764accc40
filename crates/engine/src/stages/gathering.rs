//! Putting together what is known: what is stored, what stands behind addresses, and what the
//! documents say of the topic.

mod fetch;
mod findings;
mod links;
mod pasted;
mod reading;

use std::sync::Arc;

use domain::{Document, Event, GivenDocument, Job, Repair, Sample, bounded};
use store::{Known, Precedents, StoreError};
use tokio_util::sync::CancellationToken;

use crate::Pipeline;
use crate::pipeline::Halt;
use findings::{not_real, read_of};
use pasted::pasted;
use reading::{Interest, Reading};

pub(crate) use findings::{Basis, Findings, no_sample};

/// Characters of a line about what was found.
const NOTE_MAX: usize = 1_500;

pub(crate) async fn step(
    pipeline: &Pipeline,
    job: &mut Job,
    lost: &CancellationToken,
    findings: &mut Option<Findings>,
) -> Result<Event, Halt> {
    let (found, notes) = gather(pipeline, job, lost).await?;
    for note in notes.iter().map(|note| bounded(note, NOTE_MAX)) {
        // A job is gathered after every answer; what it said before need not be said again.
        if job.logs.iter().all(|entry| entry.message != note) {
            job.note(&note, pipeline.clock.now());
        }
    }
    let found = findings.insert(found);
    Ok(if found.samples.is_empty() {
        Event::Asked { question: no_sample(job, found) }
    } else {
        Event::Gathered { summary: found.summary() }
    })
}

/// The findings of this run, gathered when they are needed for the first time.
pub(crate) async fn known<'a>(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
    findings: &'a mut Option<Findings>,
) -> Result<&'a Findings, Halt> {
    let found = match findings.take() {
        Some(found) => found,
        None => gather(pipeline, job, lost).await?.0,
    };
    Ok(findings.insert(found))
}

/// The findings, and what the job's log should say of how they came about.
async fn gather(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
) -> Result<(Findings, Vec<String>), Halt> {
    let mut notes = Vec::new();
    let Sources { samples, documents, repair, precedents } =
        sources(pipeline, job, lost, &mut notes).await?;
    let Precedents { latest_version, active, elsewhere } = precedents;
    let real: Arc<[Sample]> = samples.into();
    let (documents, reading) = read(pipeline, job, documents, &real, lost).await?;
    let Reading { passages, documented, disagreements, operations } = reading;
    notes.extend(read_of(&passages));
    if !disagreements.is_empty() {
        let said = disagreements.join("; ");
        notes.push(format!("documents and samples disagree, and the samples count: {said}"));
    }
    let (samples, basis) = if documented.is_empty() {
        (real, Basis::Real)
    } else {
        notes.push(not_real(&documented, job));
        (documented.into_iter().map(|of| of.sample).collect(), Basis::Documented)
    };
    let findings = Findings {
        samples,
        basis,
        documents,
        passages,
        operations,
        example: elsewhere,
        repair,
        active_script: active,
        version: latest_version + 1,
    };
    Ok((findings, notes))
}

/// What somebody gave.
struct Sources {
    samples: Vec<Sample>,
    documents: Vec<Document>,
    repair: Option<Repair>,
    precedents: Precedents,
}

/// The samples that somebody gave, and the texts. What was given with the job stands before what is
/// known under the same name.
async fn sources(
    pipeline: &Pipeline,
    job: &Job,
    lost: &CancellationToken,
    notes: &mut Vec<String>,
) -> Result<Sources, Halt> {
    let (jobs, knowledge) = (&pipeline.jobs, &pipeline.sources.knowledge);
    let (inputs, known) = tokio::try_join!(
        pipeline.persistently(lost, || jobs.inputs(job.id)),
        pipeline.persistently(lost, || knowledge.known(&job.provider, job.topic)),
    )?;
    let Known { mut documents, links, mut samples, precedents } = known;
    links::of_provider(pipeline, job, links, &mut documents, lost, notes).await?;

    let mut given = Vec::new();
    let mut addresses = Vec::new();
    for document in inputs.documents {
        match document {
            GivenDocument::Text(document) => given.push(document),
            GivenDocument::Linked { name, url } => addresses.push((name, url)),
        }
    }
    given.extend(links::of_job(&pipeline.sources, addresses, lost, notes).await?);

    samples.retain(|known| inputs.samples.iter().all(|given| given.name != known.name));
    documents.retain(|known| given.iter().all(|given| given.name != known.name));
    samples.splice(0..0, inputs.samples);
    documents.splice(0..0, given);
    samples.retain(|sample| sample.payload.is_some() || !sample.http.is_empty());
    if samples.is_empty() {
        samples.extend(job.rounds.iter().rev().find_map(|r| pasted(r.response.as_deref()?)));
    }
    Ok(Sources { samples, documents, repair: inputs.repair, precedents })
}

/// Reads the documents where others do not wait for it, and gives them back.
async fn read(
    pipeline: &Pipeline,
    job: &Job,
    documents: Vec<Document>,
    samples: &Arc<[Sample]>,
    lost: &CancellationToken,
) -> Result<(Vec<Document>, Reading), Halt> {
    if documents.is_empty() {
        return Ok((documents, Reading::default()));
    }
    let indexes = Arc::clone(&pipeline.sources.indexes);
    let interest = Interest {
        provider: job.provider.clone(),
        topic: job.topic,
        samples: Arc::clone(samples),
        answered: answered(job),
    };
    let work = tokio::task::spawn_blocking(move || {
        let reading = reading::read(&indexes, &documents, &interest);
        (documents, reading)
    });
    tokio::select! {
        () = lost.cancelled() => Err(Halt::Cancelled),
        done = work => done.map_err(|_| StoreError::Corrupt("the documents: reading them panicked".to_owned()).into()),
    }
}

/// What people were asked and said.
fn answered(job: &Job) -> String {
    let rounds = job.rounds.iter().filter_map(|round| {
        Some(format!("{} {}", round.question.text, round.response.as_deref()?))
    });
    rounds.collect::<Vec<_>>().join("\n")
}
