# `make deb`: a Debian package by CPack, made from what `cmake --install` puts into /usr.
set(PA_MAINTAINER "The owner of phone-agent <phone-agent@example.com>" CACHE STRING "Maintainer of the package")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME phone-agent)
set(CPACK_PACKAGE_CONTACT ${PA_MAINTAINER})
set(CPACK_PACKAGE_VENDOR "")
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/deb-files.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libwebsockets loads its libuv half by itself, unseen by dpkg-shlibdeps.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, libwebsockets-evlib-uv, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "systemd | cron")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"AI agent that phones people and is phoned
Your AI agent calls you on the phone, and you can call it. It speaks with
you in real time over Twilio Media Streams and the OpenAI Realtime API,
stops when you interrupt, keeps what was said, and does what you asked for.
.
A handful of small programs joined by pipes: pa-tunnel, pa-webhook-sync,
pa-bridge, pa-dial, pa-extract, pa-act, pa-report, pa-doctor, and pa-sim,
a simulated world to try them in without any account.
.
No licence has been chosen by its owner: see the copyright file.")
include(CPack)
