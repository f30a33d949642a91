// A listing as the index keeps it: one run of bytes, with what conditions read in front and the long texts behind.
//
// A million Listing values with their strings on the heap cost 800 bytes each beyond their text; packed, about 150.
#pragma once

#include <string>
#include <string_view>

#include "market/listing.h"

namespace jiaoji::market {

// Appends `listing` to `out`.
void pack(const Listing& listing, std::string& out);
// The whole listing. `record` is what pack wrote, all of it.
Listing unpack(std::string_view record);
// Fields, place, industries, id, party and version only, into a listing that is used again and again (its strings keep
// their memory): what conditions need inside retrieval.
void unpack_head(std::string_view record, Listing& into);
// The texts only, as views into the record.
struct RecordTexts {
  std::string_view title, text;
};
RecordTexts texts_of(std::string_view record);
std::string_view id_of(std::string_view record);

}  // namespace jiaoji::market
