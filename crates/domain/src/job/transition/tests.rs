//! The table of the job's life, event by event, and sequences of events.

use proptest::prelude::*;

use super::*;
use crate::{JobId, JobInputs, NewJob, Outage, Priority, Topic};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn attempt(passed: bool) -> Attempt {
    Attempt {
        attempt: 1,
        passed,
        error: "products[0].price: missing".to_owned(),
        output_preview: String::new(),
        output_count: 0,
        timestamp: NOW,
    }
}

fn every_event() -> Vec<Event> {
    let hypothesis = Hypothesis {
        source: "function transform() {}\n".to_owned(),
        author: "synth".parse().unwrap(),
        provenance: Vec::new(),
    };
    vec![
        Event::Started,
        Event::Gathered { summary: "1 sample".to_owned() },
        Event::Drafted { hypothesis },
        Event::Asked { question: Question::plain("which?") },
        Event::TestsPassed { attempt: attempt(true) },
        Event::TestsFailed { attempt: attempt(false) },
        Event::RetriesUsedUp { attempt: attempt(false), question: Question::plain("how?") },
        Event::RetryPrepared,
        Event::Answered { response: "so".to_owned() },
        Event::Cancelled { by: "somebody".to_owned() },
        Event::GaveUp { reason: "no way".to_owned() },
    ]
}

fn a_job() -> Job {
    let new = NewJob {
        provider: "my-till".parse().unwrap(),
        topic: Topic::SyncProducts,
        author: None,
        max_retries: 2,
        callback_url: None,
        priority: Priority::Normal,
        started_by: crate::Actor::named("till team"),
        inputs: JobInputs::default(),
    };
    Job::accepted(JobId::new(7).unwrap(), &new, NOW)
}

fn in_state(state: State) -> Job {
    let mut job = a_job();
    job.0.state = state;
    if matches!(state, State::Waiting(_)) {
        job.open_round(Question::plain("which?"), NOW);
    }
    job
}

/// The states after each event of [`every_event`], in its order; none where it is refused.
fn table(state: State) -> [Option<State>; 11] {
    use Pause as P;
    use State as S;
    let (f, n) = (Some(S::Failed), None);
    match state {
        S::Queued => [Some(S::Gathering), n, n, n, n, n, n, n, n, f, f],
        S::Gathering => {
            [n, Some(S::Generating), n, Some(S::Waiting(P::Gathering)), n, n, n, n, n, f, f]
        }
        S::Generating => {
            let waiting = Some(S::Waiting(P::Generating));
            [n, n, Some(S::Testing), waiting, n, Some(S::Retrying), n, n, n, f, f]
        }
        S::Testing => [n, n, n, n, Some(S::Completed), Some(S::Retrying), n, n, n, f, f],
        S::Retrying => [n, n, n, n, n, n, n, Some(S::Generating), n, f, f],
        S::Waiting(_) => [n, n, n, n, n, n, n, n, Some(S::Queued), f, f],
        S::Completed | S::Failed => [n; 11],
    }
}

#[test]
fn every_state_takes_exactly_the_events_of_the_table() {
    for state in State::ALL {
        for (event, wanted) in every_event().into_iter().zip(table(state)) {
            let mut job = in_state(state);
            let before = job.clone();
            let name = event.name();
            match (job.apply(event, NOW), wanted) {
                (Ok(()), Some(next)) => {
                    assert_eq!(job.state, next, "{state} {name}");
                    assert_eq!(job.logs.len(), before.logs.len() + 1, "{state} {name}");
                    assert_eq!(job.version, before.version + 1);
                }
                (Err(error), None) => {
                    assert_eq!(error, TransitionError { state, event: name });
                    assert_eq!(job, before, "a refused event changes nothing");
                }
                (got, wanted) => panic!("{state} {name}: {got:?}, wanted {wanted:?}"),
            }
        }
    }
}

#[test]
fn retries_run_out_and_then_only_a_question_is_left() {
    let mut job = in_state(State::Testing);
    job.0.retries = 2;
    assert_eq!(job.retries_left(), 0);
    assert!(job.apply(Event::TestsFailed { attempt: attempt(false) }, NOW).is_err());
    let question = Question::plain("how?");
    job.apply(Event::RetriesUsedUp { attempt: attempt(false), question }, NOW).unwrap();
    assert_eq!(job.state, State::Waiting(Pause::Testing));
    assert_eq!(job.open_question().unwrap().question.text, "how?");
}

#[test]
fn an_answer_allows_the_retries_anew() {
    let mut job = in_state(State::Waiting(Pause::Testing));
    job.0.retries = 2;
    job.apply(Event::Answered { response: "so".to_owned() }, NOW).unwrap();
    assert_eq!((job.retries, job.retries_left()), (2, 2));
    assert_eq!(job.latest_response(), Some("so"));
    assert_eq!(job.open_question(), None);
}

#[test]
fn the_question_after_the_last_round_fails_the_job_and_says_what_is_open() {
    let mut job = in_state(State::Generating);
    for _ in 0..MAX_ROUNDS {
        job.open_round(Question::plain("which?"), NOW);
    }
    job.apply(Event::Asked { question: Question::plain("and this?") }, NOW).unwrap();
    assert_eq!(job.state, State::Failed);
    assert_eq!(job.rounds.len(), MAX_ROUNDS);
    let last = &job.logs.last().unwrap().message;
    assert!(
        last.contains("rounds of questions are used up") && last.contains("and this?"),
        "{last}"
    );
}

#[test]
fn an_outage_ends_with_whatever_happens_next() {
    for event in every_event() {
        let mut job = in_state(State::Generating);
        job.sit_out(Outage { since: NOW, out: Vec::new() }, "waiting", NOW);
        assert_eq!((job.state, job.logs.len()), (State::Generating, 2));
        if job.apply(event, NOW).is_ok() {
            assert_eq!(job.outage, None);
        }
    }
}

#[test]
fn log_entries_belong_to_the_stage_in_which_they_happened() {
    use crate::Stage;
    let mut job = a_job();
    job.apply(Event::Started, NOW).unwrap();
    job.apply(Event::Gathered { summary: "1 sample".to_owned() }, NOW).unwrap();
    let stages: Vec<Stage> = job.logs.iter().map(|entry| entry.stage).collect();
    assert_eq!(stages, [Stage::Queued, Stage::Gathering, Stage::Gathering]);
}

#[test]
fn replies_that_are_no_draft_use_up_the_retries_too() {
    let mut job = in_state(State::Generating);
    let used_up = || every_event().swap_remove(6);
    job.apply(used_up(), NOW).unwrap_err();
    for _ in 0..job.max_retries {
        job.apply(Event::TestsFailed { attempt: attempt(false) }, NOW).unwrap();
        job.apply(Event::RetryPrepared, NOW).unwrap();
    }
    job.apply(used_up(), NOW).unwrap();
    assert_eq!(job.state, State::Waiting(Pause::Generating));
}

proptest! {
    #[test]
    fn no_sequence_of_events_leaves_the_table(picks in prop::collection::vec(0..11_usize, 0..60)) {
        let mut job = a_job();
        for pick in picks {
            let event = every_event().swap_remove(pick);
            let before = job.clone();
            let wanted = table(job.state)[pick];
            let used_up = matches!(event, Event::RetriesUsedUp { .. });
            if job.apply(event, NOW).is_ok() {
                prop_assert!(!before.state.is_over());
                // Where the table's answer depends on a count, the count decides.
                let allowed = wanted == Some(job.state)
                    || (used_up && matches!(job.state, State::Waiting(Pause::Testing | Pause::Generating)))
                    || (job.state == State::Failed && job.rounds.len() == MAX_ROUNDS);
                prop_assert!(allowed, "{} to {}", before.state, job.state);
            } else {
                prop_assert_eq!(&job, &before);
            }
            let words = (job.state.status().as_str(), job.state.stage().as_str());
            prop_assert_eq!(State::from_words(words.0, words.1), Ok(job.state));
            prop_assert!(job.rounds.len() <= MAX_ROUNDS);
            prop_assert!(job.retries - job.retries_before_answer <= job.max_retries);
            let waiting = matches!(job.state, State::Waiting(_));
            prop_assert_eq!(job.open_question().is_some(), waiting);
            prop_assert_eq!(job.open_question().is_some_and(|round| round.response.is_some()), false);
        }
    }
}
