// The one place that includes RapidJSON; private to this folder.
#pragma once

#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON
#endif
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace pa::json {

inline const rapidjson::Value& rapid(const void* v) {
    return *static_cast<const rapidjson::Value*>(v);
}

}  // namespace pa::json
