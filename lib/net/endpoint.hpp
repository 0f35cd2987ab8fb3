// What a connection of libwebsockets' (a wsi) points back to. net/*.cpp only.
#pragma once

#include <cstddef>

struct lws;

namespace pa::net {

/// An Endpoint outlives its wsi: it learns of it with the first callback and forgets it with the
/// last (LWS_CALLBACK_WSI_DESTROY). Nothing is freed inside a callback of C's: an endpoint whose
/// owner lets go of it is handed to EventLoop::Impl::release().
class Endpoint {
public:
    virtual ~Endpoint() = default;
    /// `reason` is an lws_callback_reasons. Returns what lws expects: 0 goes on, -1 closes.
    virtual int on(int reason, void* in, std::size_t size) = 0;
    /// The wsi is gone; wsi() is null already.
    virtual void gone() = 0;

    [[nodiscard]] lws* wsi() const { return wsi_; }
    void attach(lws* wsi) { wsi_ = wsi; }

private:
    lws* wsi_ = nullptr;
};

}  // namespace pa::net
