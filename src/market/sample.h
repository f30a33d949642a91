// The sample region: places, firms and cooperations from named sources, and made-up listings of any number for trying the
// product. What is made up is marked `illustrative` wherever it goes.
#pragma once

#include <cstdint>
#include <functional>

#include "market/service.h"
#include "region/service.h"

namespace jiaoji::market {

struct SampleOptions {
  std::int64_t listings = 5'000;      // made-up needs and offers, in all programs together
  std::uint64_t seed = 1;             // the same seed and number make the same words
  std::string password = "jiaoji-sample-2026";
};

// The sign-ins of the sample region, for the words on the screen.
struct SampleAccount { const char* login; const char* role; Text who; };
const std::vector<SampleAccount>& sample_accounts();

// Fills an empty database. Errors: it is not empty.
Result<void> make_sample(store::Database& db, Service& market, region::Service& region, const SampleOptions& options, const std::function<void(double, Text)>& progress);

// A listing's words, for benches too: title and text of one need or offer.
struct SampleText { std::string title, text, code; };
class SampleWords {
 public:
  SampleWords();   // from sample/vocabulary.csv inside the binary
  SampleText make(Side side, std::uint64_t number, std::uint64_t seed) const;

 private:
  struct Family { std::string code; std::vector<std::string> products, materials, processes, specifications, uses; };
  std::vector<Family> families_;
};

}  // namespace jiaoji::market
