// The time of a request: the model's, held against the words of the call. Private to this folder.
#pragma once

#include <string>

#include "extract/answer.hpp"
#include "store/call_log.hpp"
#include "store/request.hpp"

namespace pa::extract {

/// Sets due_at, all_day, approximate and repeat of `q`, whose quote and line are set; lowers its
/// confidence and leaves a note where the two did not agree.
void settle_time(const ProposedRequest& proposed, std::size_t line, const store::CallLog& log,
                 store::Request& q);

}  // namespace pa::extract
