#include "market/postings.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace jiaoji::market {

void decode(const PostingList& list, std::size_t b, Decoded& out) {
  const Block& block = list.blocks[b];
  const std::uint32_t* words = list.words + block.offset;
  std::uint32_t previous = b == 0 ? UINT32_MAX : list.blocks[b - 1].last;
  const unsigned bits = block.bits;
  if (bits == 0) {
    for (unsigned i = 0; i < block.count; ++i) out.documents[i] = previous += 1;
  } else {
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::uint64_t buffer = 0;
    unsigned have = 0;
    for (unsigned i = 0; i < block.count; ++i) {
      if (have < bits) buffer |= std::uint64_t{*words++} << have, have += 32;
      previous += static_cast<std::uint32_t>(buffer & mask) + 1;
      out.documents[i] = previous;
      buffer >>= bits;
      have -= bits;
    }
  }
  const auto* impacts = reinterpret_cast<const std::uint8_t*>(list.words + block.offset + (block.count * bits + 31) / 32);
  std::memcpy(out.impacts.data(), impacts, block.count);
}

void Postings::append(Term term, std::span<const Posting> list) {
  assert(terms_.empty() || terms_.back().term < term);
  assert(!list.empty());
  terms_.push_back({term, static_cast<std::uint32_t>(blocks_.size()), static_cast<std::uint32_t>(list.size())});
  std::uint32_t before = UINT32_MAX;
  for (std::size_t begin = 0; begin < list.size(); begin += kBlock) {
    const auto part = list.subspan(begin, std::min<std::size_t>(kBlock, list.size() - begin));
    Block block{.last = part.back().document(), .offset = static_cast<std::uint32_t>(words_.size()), .count = static_cast<std::uint16_t>(part.size())};
    std::uint32_t previous = before, all = 0;
    for (const Posting p : part) {
      all |= p.document() - previous - 1;
      previous = p.document();
      block.impact_max = std::max(block.impact_max, p.impact());
    }
    block.bits = static_cast<std::uint8_t>(std::bit_width(all));
    std::uint64_t buffer = 0;
    unsigned have = 0;
    previous = before;
    for (const Posting p : part) {
      buffer |= std::uint64_t{p.document() - previous - 1} << have;
      previous = p.document();
      have += block.bits;
      if (have >= 32) words_.push_back(static_cast<std::uint32_t>(buffer)), buffer >>= 32, have -= 32;
    }
    if (have > 0) words_.push_back(static_cast<std::uint32_t>(buffer));
    for (std::size_t i = 0; i < part.size(); i += 4) {
      std::uint32_t four = 0;
      for (std::size_t k = i; k < std::min(i + 4, part.size()); ++k) four |= std::uint32_t{part[k].impact()} << 8 * (k - i);
      words_.push_back(four);
    }
    blocks_.push_back(block);
    before = block.last;
  }
}

void Postings::finish() {
  terms_.shrink_to_fit();
  blocks_.shrink_to_fit();
  words_.shrink_to_fit();
}

PostingList Postings::list(std::size_t i) const {
  const Entry& entry = terms_[i];
  const std::size_t count = (entry.documents + kBlock - 1) / kBlock;
  return {std::span(blocks_).subspan(entry.first_block, count), words_.data(), entry.documents};
}

PostingList Postings::find(Term term) const {
  const auto at = std::ranges::lower_bound(terms_, term, {}, &Entry::term);
  if (at == terms_.end() || at->term != term) return {};
  return list(static_cast<std::size_t>(at - terms_.begin()));
}

std::size_t Postings::bytes() const {
  return terms_.capacity() * sizeof(Entry) + blocks_.capacity() * sizeof(Block) + words_.capacity() * sizeof(std::uint32_t);
}

}  // namespace jiaoji::market
