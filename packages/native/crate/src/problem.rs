use std::io;

/// Why a file has no digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file changed after it was listed or while it was read (OMS-ENUM-8); what happened to it.
    Changed(&'static str),
    /// A system call failed with this error number.
    System { syscall: &'static str, errno: i32 },
    /// The caller ended it.
    Stopped,
    /// A fault of this engine.
    Internal(String),
}

impl Problem {
    pub fn system(syscall: &'static str, error: &io::Error) -> Self {
        match error.raw_os_error() {
            Some(errno) => Problem::System { syscall, errno },
            None => Problem::Internal(format!("{syscall}: {error}")),
        }
    }
}

/// A problem, and the job whose file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub job: Option<u32>,
    pub problem: Problem,
}

impl Failure {
    pub fn of(job: u32, problem: Problem) -> Self {
        let job = match problem {
            Problem::Changed(_) | Problem::System { .. } => Some(job),
            Problem::Stopped | Problem::Internal(_) => None,
        };
        Failure { job, problem }
    }
}
