#include "act/actor.hpp"

#include <fmt/format.h>

#include "act/calendar.hpp"
#include "act/handler.hpp"
#include "act/schedule.hpp"
#include "act/verdict.hpp"
#include "base/file.hpp"
#include "base/phone_number.hpp"
#include "dial/rules.hpp"

namespace pa::act {
namespace {

using std::chrono::minutes;

/// Below this nobody has said the time: it was the model's own thought (extract/timing.cpp).
constexpr double believable = 0.35;

const std::string own_undo = "pa-act --undo ";

Receipt receipt(const std::string& status, std::string what, std::string where = {}) {
    Receipt r;
    r.status = status;
    r.what = std::move(what);
    r.where = std::move(where);
    return r;
}

/// Its only time has passed.
Receipt missed(const Job& job, const std::string& why) {
    Receipt r = receipt("skipped", fmt::format("{}: {}", job.title, why));
    r.run = run_name(job);
    return r;
}

/// A text that a caller's words ended up in, as one line.
std::string one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return text;
}

std::string todo_text(const store::Request& q) {
    std::string text = one_line(q.title.empty() ? q.quote : q.title);
    if (q.due_at)
        text += fmt::format(" ({})",
                            q.all_day ? to_iso(*q.due_at).substr(0, 10) : show_time(*q.due_at));
    if (!q.by_owner && !q.phone.empty()) text += fmt::format(" ({})", q.phone);
    return text;
}

/// Why the time of a request cannot be used, or "".
std::string without_time(const store::Request& q) {
    if (!q.due_at) return q.repeat.empty() ? "no time was named" : "no time of the day was named";
    if (q.all_day && q.type != "calendar") return "only the day was named";
    if (!q.note.empty() && q.confidence < believable && !q.confirmed) return q.note;
    return "";
}

Job job_of(const store::Request& q, const config::Settings& s) {
    Job job;
    job.id = job.request_id = q.id;
    job.type = q.type;
    job.to = q.phone;
    job.title = one_line(q.title);
    job.about = about_of(q, s.language);
    job.due_at = job.run_at = *q.due_at;
    job.repeat = q.repeat;
    job.anchor = to_civil(*q.due_at);
    job.asked = !q.approximate;
    return job;
}

/// The first one still to come; a time that has just passed counts if it is not late yet.
Status move_ahead(Job& job, WallTime now, const config::Settings& s) {
    if (now - job.due_at <= minutes(s.late_minutes)) return Done{};
    auto next = next_occurrence(job.repeat, job.anchor, now);
    if (!next)
        return Error{Errc::no, fmt::format("its time, {}, has passed", show_time(job.due_at))};
    job.due_at = job.run_at = *next;
    return Done{};
}

Status check_target(const Job& job, const config::Settings& s) {
    if (job.to.empty()) return s.require({"MY_PHONE"});
    auto number = dial::check_number(read_number(job.to), job.to, true);
    if (!number) return number.error();
    return dial::check_country(*number, s.allowed_countries);
}

}  // namespace

std::string about_of(const store::Request& q, const std::string& language) {
    if (language == "ko")
        return fmt::format("지난 통화에서 부탁받은 일이라 전화했다: {}\n그때 들은 말: \"{}\"",
                           one_line(q.title), one_line(q.quote));
    return fmt::format("This was asked for in an earlier call: {}\nThe words then: \"{}\"",
                       one_line(q.title), one_line(q.quote));
}

Actor::Actor(const config::Settings& settings, ActOptions options)
    : settings_(settings),
      options_(std::move(options)),
      spool_folder_(settings.directory + "/spool"),
      book_(spool_folder_),
      spool_(settings.directory, settings.my_phone ? settings.my_phone->str() : ""),
      todos_(settings.workspace_dir, spool_folder_),
      asks_(spool_folder_) {}

Result<Receipt> Actor::act(const store::Request& request) {
    std::optional<FileLock> held;
    if (!options_.dry_run) {
        if (Status made = make_directory(spool_folder_); !made) return made.error();
        auto lock = FileLock::acquire(spool_folder_ + "/act.lock");
        if (!lock) return lock.error();
        held = std::move(*lock);
    }
    if (Status read = book_.refresh(); !read) return read.error();
    if (!options_.again && book_.settled(request.id)) {
        Receipt r = *book_.last(request.id);
        if (r.status != "failed") r.status = "skipped";
        return r;
    }
    auto result = deed(request);
    if (!result) return result;
    result->request_id = request.id;
    result->type = request.type;
    result->at = options_.now();
    if (options_.dry_run) {
        result->what = "would be: " + result->what;
        return result;
    }
    if (Status added = book_.append(*result); !added) return added.error();
    return result;
}

Result<Receipt> Actor::deed(const store::Request& q) {
    if (q.fulfilled) return receipt("skipped", one_line(q.title) + ": done during the call");
    auto handler = find_handler(settings_, q.by_owner ? q.type : "todo");
    if (!handler) return receipt("failed", handler.error().what);
    if (!handler->empty() && options_.dry_run)
        return receipt("done", fmt::format("{} by {}", one_line(q.title), *handler));
    if (!handler->empty()) {
        if (options_.again) (void)forget_handler(settings_, q.id).has_value();
        return run_handler(*handler, q, settings_, options_.handler_timeout);
    }
    auto result = built_in(q);
    if (result && !result->where.empty()) result->undo = own_undo + q.id;
    return result;
}

Result<Receipt> Actor::built_in(const store::Request& q) {
    if (q.type == "todo" || !q.by_owner) return todo(q);
    bool known = q.type == "reminder" || q.type == "call_back" || q.type == "calendar";
    if (!known)
        return receipt("failed",
                       fmt::format("nothing carries out {}: put an executable at handlers/{}",
                                   q.type, q.type));
    if (std::string why = without_time(q); !why.empty()) return ask_back(q, why);
    return q.type == "calendar" ? calendar(q) : dial(q);
}

Result<Receipt> Actor::todo(const store::Request& q) {
    Receipt done = receipt("done", "todo: " + todo_text(q), "TODO.md");
    if (options_.dry_run) return done;
    auto added = todos_.add(todo_text(q), q.id);
    if (!added) return added.error();
    if (*added != TodoList::Added::same) return done;
    return receipt("skipped", todo_text(q) + ": stands in TODO.md already");
}

Status Actor::add_job(const Job& job) {
    if (options_.dry_run) return Done{};
    auto added = spool_.add(job);
    if (!added) return added.error();
    return Done{};
}

Result<Receipt> Actor::dial(const store::Request& q) {
    Job job = job_of(q, settings_);
    if (Status ahead = move_ahead(job, options_.now(), settings_); !ahead)
        return missed(job, ahead.error().what);
    if (Status allowed = check_target(job, settings_); !allowed)
        return receipt("failed", fmt::format("{}: {}", job.title, allowed.error().what));
    auto there = options_.dry_run ? Result<std::string>(std::string()) : spool_.join(job);
    if (!there) return there.error();
    if (!there->empty())
        return receipt("skipped", fmt::format("{}: the call at {} was arranged while speaking",
                                              job.title, show_time(job.due_at)));
    if (Status added = add_job(job); !added) return added.error();
    std::string what = fmt::format("{}: call at {}", job.title, show_time(job.due_at));
    if (!job.repeat.empty()) what += ", " + job.repeat;
    if (keeps_time_in_quiet_hours(job, job.due_at, settings_))
        what += ", in quiet hours as was asked for";
    return receipt("scheduled", what, fmt::format("spool/jobs/{}.json", job.id));
}

Result<Receipt> Actor::calendar(const store::Request& q) {
    IcsEvent event{
        q.id + "@phone-agent", one_line(q.title), q.quote, *q.due_at, q.all_day, q.repeat};
    std::string name = fmt::format("calendar/{}.ics", q.id), folder = calendar_folder(settings_);
    if (!options_.dry_run) {
        if (Status made = make_directory(folder); !made) return made.error();
        std::string path = settings_.directory + "/" + name;
        std::string text = write_ics(event, settings_.timezone, options_.now());
        if (!file_exists(path))
            if (Status written = write_file(path, text); !written) return written.error();
    }
    auto call = call_before(q);
    if (!call) return call.error();
    std::string when = q.all_day ? to_iso(*q.due_at).substr(0, 10) : show_time(*q.due_at);
    return receipt("done", fmt::format("calendar: {}, {}{}", event.summary, when, *call), name);
}

/// The call before an event, if CALENDAR_CALL_MINUTES wants one: its words for the receipt, or "".
Result<std::string> Actor::call_before(const store::Request& q) {
    if (settings_.calendar_call_minutes == 0 || q.all_day) return std::string();
    Job job = job_of(q, settings_);
    job.id += "-before";
    job.to.clear();
    std::string pattern = settings_.language == "ko" ? "{}분 뒤 일정: {}" : "In {} minutes: {}";
    job.about = fmt::format(fmt::runtime(pattern), settings_.calendar_call_minutes, job.title);
    job.due_at = job.run_at = *q.due_at - minutes(settings_.calendar_call_minutes);
    job.anchor = to_civil(job.due_at);
    job.asked = false;  // quiet hours bind: nobody named that minute
    if (!move_ahead(job, options_.now(), settings_) || !check_target(job, settings_))
        return std::string();
    if (Status added = add_job(job); !added) return added.error();
    return ", call at " + show_time(job.due_at);
}

Result<Receipt> Actor::ask_back(const store::Request& q, const std::string& why) {
    Receipt r =
        receipt("scheduled", fmt::format("{}: {}; asked in the next call", one_line(q.title), why),
                std::string(ask_file));
    if (options_.dry_run) return r;
    auto added = asks_.add({q.id, q.type, q.title, q.quote, q.call_sid, why});
    if (!added) return added.error();
    return r;
}

Result<Receipt> Actor::undo(const std::string& id) {
    if (!is_job_id(id)) return Error{Errc::usage, fmt::format("{} is no id", id)};
    if (Status made = make_directory(spool_folder_); !made) return made.error();
    auto held = FileLock::acquire(spool_folder_ + "/act.lock");
    if (!held) return held.error();
    if (Status read = book_.refresh(); !read) return read.error();
    const Receipt* last = book_.last(id);
    if (last != nullptr && !last->undo.empty() && !last->undo.starts_with(own_undo))
        return Error{Errc::no,
                     fmt::format("{} was done by a handler; it says: {}", id, last->undo)};

    std::vector<std::string> gone;
    auto job = spool_.undo(id), before = spool_.undo(id + "-before");
    if (!job) return job.error();
    if (!before) return before.error();
    if (*job || *before) gone.emplace_back("the call");
    auto item = todos_.remove(id);
    if (!item) return item.error();
    if (*item) gone.emplace_back("the line in TODO.md");
    std::string event = calendar_folder(settings_) + "/" + id + ".ics";
    if (std::remove(event.c_str()) == 0) gone.emplace_back("the event");
    auto question = asks_.close(id);
    if (!question) return question.error();
    if (*question) gone.emplace_back("the question");
    if (gone.empty() && last != nullptr && is_broken(*last)) gone.emplace_back("the promise");
    if (gone.empty())
        return Error{Errc::no, fmt::format("{}: nothing of it is waiting or written here", id)};
    Receipt r = receipt("skipped", fmt::format("undone: {}", fmt::join(gone, ", ")));
    r.request_id = id;
    if (last != nullptr)
        r.type = last->type;
    else if (auto undone = spool_.find(id); undone && *undone)
        r.type = (*undone)->type;
    r.at = options_.now();
    if (Status added = book_.append(r); !added) return added.error();
    return r;
}

}  // namespace pa::act
