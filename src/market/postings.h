// Postings: for each term the documents that hold it, in blocks of 128 with the block's greatest impact beside it.
//
// An impact is the part of BM25F that depends on term and document, tf / (k1 + tf), in 255ths (Anh and Moffat 2006:
// impact-ordered ranking with 8 bits loses nothing measurable). The block's maximum lets a search skip blocks that
// cannot reach the best results any more (Ding and Suel 2011, block-max indexes).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "market/tokens.h"

namespace jiaoji::market {

inline constexpr std::uint32_t kBlock = 128;

struct Posting {
  std::uint32_t packed;   // 24 bits of document, 8 of impact
  Posting() = default;
  Posting(std::uint32_t document, std::uint8_t impact) : packed(document << 8 | impact) {}
  std::uint32_t document() const { return packed >> 8; }
  std::uint8_t impact() const { return static_cast<std::uint8_t>(packed); }
};
inline constexpr std::uint32_t kDocumentsMax = 1u << 24;   // of one segment

struct Block {
  std::uint32_t last = 0;      // last document
  std::uint32_t offset = 0;    // into the words
  std::uint8_t impact_max = 0;
  std::uint8_t bits = 0;       // of one difference between neighbours, less one
  std::uint16_t count = 0;
};

// One term's list: its blocks, and the packed words that they point into.
struct PostingList {
  std::span<const Block> blocks;
  const std::uint32_t* words = nullptr;
  std::uint32_t documents = 0;
};

struct Decoded {
  std::array<std::uint32_t, kBlock> documents;
  std::array<std::uint8_t, kBlock> impacts;
};
// Unpacks block `b`; documents in ascending order. O(128).
void decode(const PostingList& list, std::size_t b, Decoded& out);

class Postings {
 public:
  // Terms in ascending order, documents of a term in ascending order.
  void append(Term term, std::span<const Posting> list);
  void finish();
  PostingList find(Term term) const;   // empty blocks when absent. O(log terms)

  std::size_t terms() const { return terms_.size(); }
  Term term(std::size_t i) const { return terms_[i].term; }
  PostingList list(std::size_t i) const;
  std::size_t bytes() const;

 private:
  struct Entry {
    Term term;
    std::uint32_t first_block, documents;
  };
  std::vector<Entry> terms_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> words_;
};

}  // namespace jiaoji::market
