#include "cli/identity.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <charconv>
#include <optional>
#include <utility>

#include "storage/atomic_file.h"
#include "storage/posix_file.h"

namespace musubi::cli {

namespace po = boost::program_options;

namespace {

using crypto::Passphrase;

// Turns a terminal's echo off while it lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(int fd) : fd_(fd) {
    is_terminal_ = ::tcgetattr(fd_, &before_) == 0;
    if (!is_terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    ::tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (is_terminal_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int fd_;
  bool is_terminal_ = false;
  termios before_{};
};

Result<Passphrase> AskAt(int terminal, const std::string& prompt, const ExecContext& context) {
  const SilentTerminal silent(terminal);
  if (::write(terminal, prompt.data(), prompt.size()) < 0) {
    return Error{ErrorCode::kIo, "cannot write to the terminal"};
  }
  auto words = Passphrase::Read(terminal, "the terminal", /*one_line=*/true);
  if (!words.ok() && context.stopped()) return Interrupted();
  return words;
}

Result<Passphrase> AskAtTerminal(const std::filesystem::path& key_file, bool is_new,
                                 const std::string& option, const ExecContext& context) {
  const storage::FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.is_open()) {
    return Error{ErrorCode::kUsage, "there is no terminal to ask for the passphrase of " +
                                        key_file.string() + "; say where it comes from with --" +
                                        option + " file:F or fd:N" +
                                        (is_new ? ", or --no-passphrase to go without" : "")};
  }
  MUSUBI_ASSIGN_OR_RETURN(
      Passphrase words,
      AskAt(terminal.get(), "passphrase of " + key_file.string() + ": ", context));
  if (!is_new) return words;
  MUSUBI_ASSIGN_OR_RETURN(const Passphrase again,
                          AskAt(terminal.get(), "the same passphrase again: ", context));
  if (!words.SameAs(again)) {
    return Error{ErrorCode::kRefused, "the two passphrases differ; nothing was made"};
  }
  return words;
}

// The number of "fd:N".
std::optional<int> DescriptorOf(std::string_view text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

// Refuses what is too short for a new key.
crypto::PassphraseSource Checked(crypto::PassphraseSource source, bool is_new) {
  if (!is_new) return source;
  return [source = std::move(source)]() -> Result<Passphrase> {
    MUSUBI_ASSIGN_OR_RETURN(Passphrase words, source());
    if (words.bytes().size() < Passphrase::kMinNewBytes) {
      return Error{ErrorCode::kRefused,
                   "a new key's passphrase has at least " +
                       std::to_string(Passphrase::kMinNewBytes) +
                       " characters; several words that go together nowhere are good"};
    }
    return words;
  };
}

}  // namespace

void AddPassphraseSource(po::options_description* options, const char* option,
                         const std::string& whose) {
  const std::string help = "where " + whose +
                           " comes from: the terminal, a file that only you can read, or an open "
                           "descriptor; asked only where the key has one";
  options->add_options()(
      option, po::value<std::string>()->value_name("tty|file:F|fd:N")->default_value("tty"),
      help.c_str());
}

Result<crypto::PassphraseSource> PassphraseSourceOf(const Invocation& run,
                                                    const std::filesystem::path& key_file,
                                                    bool is_new, const std::string& option) {
  const std::string& source = run.Text(option);
  if (source == "tty") {
    const auto ask = [key_file, is_new, option, context = run.context()] {
      return AskAtTerminal(key_file, is_new, option, context);
    };
    return Checked(ask, is_new);
  }
  if (source.starts_with("file:") && source.size() > 5) {
    return Checked([file = source.substr(5)] { return Passphrase::Load(file); }, is_new);
  }
  const auto descriptor =
      source.starts_with("fd:") ? DescriptorOf(std::string_view(source).substr(3)) : std::nullopt;
  if (descriptor) {
    return Checked([number = *descriptor,
                    source] { return Passphrase::Read(number, "the descriptor " + source); },
                   is_new);
  }
  return Error{ErrorCode::kUsage, "--" + option + " is tty, file:F or fd:N"};
}

Result<std::optional<Passphrase>> NewPassphrase(const Invocation& run,
                                                const std::filesystem::path& key_file,
                                                const std::string& option) {
  if (run.Flag("no-passphrase")) return std::optional<Passphrase>();
  MUSUBI_ASSIGN_OR_RETURN(const auto source, PassphraseSourceOf(run, key_file, true, option));
  MUSUBI_ASSIGN_OR_RETURN(Passphrase words, source());
  return std::optional<Passphrase>(std::move(words));
}

Result<crypto::Certificate> LoadCertificate(const std::filesystem::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string pem,
                          storage::ReadSmallFile(file, crypto::Certificate::kMaxPemBytes));
  return crypto::Certificate::Parse(pem, file.string());
}

Result<std::vector<crypto::Certificate>> LoadCertificates(const std::vector<std::string>& files) {
  std::vector<crypto::Certificate> certificates;
  for (const std::string& file : files) {
    MUSUBI_ASSIGN_OR_RETURN(auto certificate, LoadCertificate(file));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

Status CheckRole(const crypto::Certificate& certificate, crypto::Role role,
                 const std::filesystem::path& file) {
  if (certificate.role() == role) return {};
  return Error{ErrorCode::kRefused, file.string() + " is the certificate of a " +
                                        std::string(NameOf(certificate.role())) +
                                        "; here it must be a " + std::string(NameOf(role)) + "'s"};
}

Result<crypto::Identity> LoadIdentity(const Invocation& run, const std::string& key_option,
                                      crypto::Role role) {
  const std::filesystem::path key_file = run.Text(key_option);
  std::filesystem::path certificate_file = key_file;
  certificate_file.replace_extension(".crt");
  if (run.Has("cert")) certificate_file = run.Text("cert");
  MUSUBI_ASSIGN_OR_RETURN(auto certificate, LoadCertificate(certificate_file));
  MUSUBI_RETURN_IF_ERROR(CheckRole(certificate, role, certificate_file));
  MUSUBI_ASSIGN_OR_RETURN(const auto source, PassphraseSourceOf(run, key_file, false));
  MUSUBI_ASSIGN_OR_RETURN(auto key, crypto::KeyPair::Load(key_file, source));
  return crypto::Identity::Of(std::move(key), std::move(certificate), certificate_file.string());
}

}  // namespace musubi::cli
