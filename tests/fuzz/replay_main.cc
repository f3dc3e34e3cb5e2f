// Runs a fuzz target without libFuzzer: on every file of a corpus, and on a number of mutations of
// them. So the targets are built and run by every compiler, as ordinary tests.
//
//   TARGET CORPUS_FOLDER MUTATIONS SEED
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> ReadCorpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Bytes> corpus;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

// Flips, cuts, repeats and inserts; a few at a time.
Bytes Mutate(Bytes bytes, std::mt19937_64* random) {
  const std::size_t changes = 1 + (*random)() % 4;
  for (std::size_t change = 0; change < changes; ++change) {
    const std::size_t at = bytes.empty() ? 0 : (*random)() % bytes.size();
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch ((*random)() % 4) {
      case 0:
        if (!bytes.empty()) bytes[at] ^= static_cast<std::uint8_t>(1U << ((*random)() % 8));
        break;
      case 1:
        bytes.erase(place, bytes.end());
        break;
      case 2:
        bytes.insert(place, static_cast<std::uint8_t>((*random)()));
        break;
      default:
        if (!bytes.empty()) bytes.erase(place);
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER MUTATIONS SEED\n", argv[0]);
    return 64;
  }
  const std::vector<Bytes> corpus = ReadCorpus(argv[1]);
  const std::uint64_t mutations = std::strtoull(argv[2], nullptr, 10);
  std::mt19937_64 random(std::strtoull(argv[3], nullptr, 10));
  if (corpus.empty()) {
    std::fprintf(stderr, "%s: the corpus is empty\n", argv[1]);
    return 66;
  }
  for (const Bytes& bytes : corpus) LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  for (std::uint64_t i = 0; i < mutations; ++i) {
    const Bytes bytes = Mutate(corpus[random() % corpus.size()], &random);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%zu files and %llu mutations, seed %s\n", corpus.size(),
              static_cast<unsigned long long>(mutations), argv[3]);
  return 0;
}
