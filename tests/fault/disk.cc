#include "disk.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace jiaoji::fault {

namespace {
constexpr std::size_t kSector = 512;
constexpr double kSectorSurvives = 0.7;
}  // namespace

std::vector<Event> read_trace(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<Event> events;
  for (Event event; in.read(reinterpret_cast<char*>(&event.record), sizeof event.record); events.push_back(event)) {
    event.text.resize(event.record.length);
    if (!in.read(event.text.data(), event.record.length)) break;
  }
  return events;
}

bool Disk::chance(double of) { return std::uniform_real_distribution<>(0, 1)(random_) < of; }
std::size_t Disk::below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

void Disk::play(std::size_t until) {
  for (; next_ < until; ++next_) step(next_);
}

void Disk::step(std::size_t number) {
  const auto& [record, text] = events_[number];
  switch (record.what) {
    case What::create: files_[record.file]; pending_names_.push_back(number); break;
    case What::unlink:
    case What::rename: pending_names_.push_back(number); break;
    case What::write:
    case What::truncate: files_[record.file].pending.push_back(number); break;
    case What::sync: sync(files_[record.file], record.mark, false); break;
    case What::sync_failed: sync(files_[record.file], record.mark, true); break;
    case What::folder_sync: {
      const auto covered = std::ranges::lower_bound(pending_names_, record.mark);
      for (auto it = pending_names_.begin(); it != covered; ++it) apply_name(names_, events_[*it]);
      pending_names_.erase(pending_names_.begin(), covered);
      break;
    }
    case What::acknowledge: acknowledged_.push_back(text); break;
  }
}

// After a failed sync Linux holds the pages for clean: a part of them is on the disk, the rest will never be.
void Disk::sync(File& file, std::uint64_t mark, bool failed) {
  const auto covered = std::ranges::lower_bound(file.pending, mark);
  const bool nothing = failed && chance(0.5);
  for (auto it = file.pending.begin(); it != covered; ++it) {
    if (nothing && events_[*it].record.what == What::write) continue;
    failed ? apply_torn(file.durable, events_[*it]) : apply(file.durable, events_[*it]);
  }
  file.pending.erase(file.pending.begin(), covered);
}

void Disk::apply(std::string& content, const Event& event) {
  const auto& [record, text] = event;
  if (record.what == What::truncate) return content.resize(record.offset, '\0');
  if (content.size() < record.offset + text.size()) content.resize(record.offset + text.size(), '\0');
  content.replace(record.offset, text.size(), text);
}

void Disk::apply_torn(std::string& content, const Event& event) {
  if (event.record.what == What::truncate) return apply(content, event);
  for (std::size_t at = 0; at < event.text.size();) {
    // Sectors are counted from the beginning of the file.
    const auto length = std::min(event.text.size() - at, kSector - (event.record.offset + at) % kSector);
    if (chance(kSectorSurvives)) apply(content, {{.what = What::write, .offset = event.record.offset + at}, event.text.substr(at, length)});
    at += length;
  }
}

void Disk::apply_name(Names& names, const Event& event) const {
  const auto& [record, text] = event;
  if (record.what == What::create) names[text] = record.file;
  if (record.what == What::unlink) names.erase(text);
  if (record.what != What::rename) return;
  const auto middle = text.find('\0');
  const auto found = names.find(text.substr(0, middle));
  if (found == names.end()) return;
  names[text.substr(middle + 1)] = found->second;
  names.erase(found);
}

std::string Disk::survive(const File& file, Fate fate) {
  auto content = file.durable;
  const auto kept = fate == Fate::prefix ? below(file.pending.size() + 1) : file.pending.size();
  for (std::size_t i = 0; i < kept && fate != Fate::none; ++i) {
    const auto& event = events_[file.pending[i]];
    if ((fate == Fate::subset || fate == Fate::torn) && chance(0.3)) continue;
    fate == Fate::torn ? apply_torn(content, event) : apply(content, event);
  }
  return content;
}

void Disk::cut(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) std::filesystem::remove(entry);
  const auto fate = static_cast<Fate>(below(5));
  auto names = names_;
  const auto kept = fate == Fate::none ? 0 : fate == Fate::all ? pending_names_.size() : below(pending_names_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) apply_name(names, events_[pending_names_[i]]);
  for (const auto& [name, number] : names) {
    // One file may keep everything while another loses everything.
    const auto content = survive(files_[number], chance(0.7) ? fate : static_cast<Fate>(below(5)));
    std::ofstream(folder + "/" + name, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
  }
}

}  // namespace jiaoji::fault
