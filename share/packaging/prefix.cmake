# Run by `cmake --install`: what is installed elsewhere than in /usr/local says so. `data` is share/phone-agent.
# The files that name programs of ours by their whole path.
file(GLOB naming_programs "${data}/systemd/*" "${data}/launchd/*"
     "${data}/cron/*" "${data}/examples/*")
foreach(file IN LISTS naming_programs)
  file(READ "${file}" text)
  string(REPLACE "/usr/local/" "${CMAKE_INSTALL_PREFIX}/" moved "${text}")
  if(NOT moved STREQUAL text)
    file(WRITE "${file}" "${moved}")
  endif()
endforeach()
