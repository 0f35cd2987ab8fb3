# Run by `cmake --install`: what is installed elsewhere than in /usr/local says so. `data` is share/phone-agent.
file(GLOB units "${data}/systemd/*" "${data}/launchd/*" "${data}/cron/*"
     "${data}/examples/*")
foreach(unit IN LISTS units)
  file(READ "${unit}" text)
  string(REPLACE "/usr/local/" "${CMAKE_INSTALL_PREFIX}/" moved "${text}")
  if(NOT moved STREQUAL text)
    file(WRITE "${unit}" "${moved}")
  endif()
endforeach()
