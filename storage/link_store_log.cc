// LinkStore: its audit log. Entries of what is done are a part of each change; what is refused is a
// change of its own.

#include <utility>

#include "core/check.h"
#include "storage/encoding_file.h"
#include "storage/link_store_state.h"

namespace musubi::storage {

namespace {

constexpr const char* kModelRefused = "model";

// Whether an operation that ended so was refused. One that failed to read or write, was stopped, or
// met a bug of ours may be tried again as it is.
bool IsRefusal(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
    case ErrorCode::kBadData:
    case ErrorCode::kNoInput:
    case ErrorCode::kExists:
    case ErrorCode::kRefused:
    case ErrorCode::kContract:
      return true;
    case ErrorCode::kInternal:
    case ErrorCode::kIo:
    case ErrorCode::kLocked:
    case ErrorCode::kInterrupted:
      return false;
  }
  return false;
}

}  // namespace

const LogChain& LinkStore::log() const { return state_->log; }

Status LinkStore::VisitLog(const LogVisitor& visit) const {
  MUSUBI_RETURN_IF_ERROR(state_->Usable());
  LogChain chain;
  const auto visit_row = [&](std::string_view key, std::string_view value) -> Status {
    if (key != LogKey(chain.size() + 1)) return LostRows("log");
    MUSUBI_ASSIGN_OR_RETURN(const std::string line, DecodeLogLine(value));
    const auto entry = chain.Follow(line);
    if (!entry.ok()) return LostRows("log");
    return visit(line, entry.value());
  };
  MUSUBI_RETURN_IF_ERROR(state_->rocks.Scan(Family::kLog, "", visit_row));
  if (chain != state_->log) return LostRows("log");
  return {};
}

Status LinkStore::State::Log(LogEvent event, const ExecContext& context) {
  MUSUBI_RETURN_IF_ERROR(Usable());
  event.epoch = head.epoch;
  Change change = Change::InMemory(rocks, head);
  return Commit(&change, head, std::move(event), context);
}

Error LinkStore::LogRefusal(LogEvent attempt, const Error& error, const ExecContext& context) {
  if (!IsRefusal(error.code)) return error;
  attempt.error = NameOf(error.code);
  // What was asked for may be anything; a name of another form is not one.
  if (!IsHolderName(attempt.project)) attempt.project.clear();
  if (!IsHolderName(attempt.reviewer)) attempt.reviewer.clear();
  const Status logged = state_->Log(std::move(attempt), context);
  if (logged.ok()) return error;
  return {error.code,
          error.message + "; that this was refused could not be logged: " + logged.error().message};
}

Status LinkStore::LogModelRefusal(const ExecContext& context) {
  LogEvent event{LogKind::kLink};
  event.error = kModelRefused;
  return state_->Log(std::move(event), context);
}

}  // namespace musubi::storage
