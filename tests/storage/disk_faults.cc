// The C library's functions are replaced, for the program and for every library that it loads, by
// functions of the same names that count their calls before they go on to it.
#include "disk_faults.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <limits>

namespace musubi::storage {
namespace {

constexpr long kNever = std::numeric_limits<long>::max();

std::atomic<long> g_steps_left = kNever;
std::atomic<bool> g_kills = false;

// The C library's own function.
template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// Whether the fault strikes at this step.
bool Struck() { return g_steps_left.load() != kNever && g_steps_left.fetch_sub(1) <= 1; }

[[noreturn]] void Die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// One step that writes no bytes.
template <typename Function, typename... Arguments>
int Step(const char* name, Arguments... arguments) {
  if (Struck()) {
    if (g_kills) Die();
    errno = ENOSPC;
    return -1;
  }
  return Real<Function>(name)(arguments...);
}

}  // namespace

void ArmDiskFault(DiskFault fault, long step) {
  g_kills = fault == DiskFault::kKill;
  g_steps_left = step;
}

bool DisarmDiskFault() {
  const long left = g_steps_left.exchange(kNever);
  return left <= 0;
}

}  // namespace musubi::storage

using musubi::storage::Real;
using musubi::storage::Step;

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  using Write = ssize_t(int, const void*, size_t);
  Write* const real = Real<Write>("write");
  // What the program tells its test is no step.
  if (file == STDOUT_FILENO || !musubi::storage::Struck()) return real(file, bytes, size);
  if (musubi::storage::g_kills) {
    static_cast<void>(real(file, bytes, size / 2));
    musubi::storage::Die();
  }
  errno = ENOSPC;
  return -1;
}

int fsync(int file) { return Step<int(int)>("fsync", file); }
int fdatasync(int file) { return Step<int(int)>("fdatasync", file); }

int rename(const char* from, const char* to) noexcept {
  return Step<int(const char*, const char*)>("rename", from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return Step<int(int, const char*, int, const char*)>("renameat", from_folder, from, to_folder,
                                                       to);
}

int link(const char* from, const char* to) noexcept {
  return Step<int(const char*, const char*)>("link", from, to);
}

// A full disk takes no harm from it.
int unlink(const char* file) noexcept {
  using Unlink = int(const char*);
  if (musubi::storage::g_kills) return Step<Unlink>("unlink", file);
  return Real<Unlink>("unlink")(file);
}

}  // extern "C"
