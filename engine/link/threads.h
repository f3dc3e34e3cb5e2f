// The threads that a run may use. Private to engine/link.
#pragma once

#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <cstddef>
#include <utility>

#include "core/exec_context.h"

namespace musubi::engine {

// Runs work on context.threads threads, more than the machine has if need be: the library would
// otherwise warn, on standard error, that it does not.
class Threads {
 public:
  explicit Threads(const ExecContext& context)
      : allow_(tbb::global_control::max_allowed_parallelism,
               static_cast<std::size_t>(context.threads)),
        arena_(context.threads) {}

  // What `work` runs in parallel is done by these threads.
  template <typename Work>
  void Run(Work&& work) {
    arena_.execute(std::forward<Work>(work));
  }

 private:
  tbb::global_control allow_;
  tbb::task_arena arena_;
};

}  // namespace musubi::engine
