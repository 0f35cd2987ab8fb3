# Run by CPack before it packs: what Debian wants of a package besides the programs (Debian Policy 12).
set(usr "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr")
set(doc "${usr}/share/doc/phone-agent")
file(MAKE_DIRECTORY "${doc}")
configure_file("${CMAKE_CURRENT_LIST_DIR}/debian/copyright" "${doc}/copyright" COPYONLY)
configure_file("${CMAKE_CURRENT_LIST_DIR}/debian/changelog" "${doc}/changelog.Debian" COPYONLY)
file(GLOB_RECURSE pages "${usr}/share/man/*.[1-8]")
execute_process(COMMAND gzip -9nf ${pages} "${doc}/changelog.Debian" COMMAND_ERROR_IS_FATAL ANY)
# Where Debian's zsh looks.
file(MAKE_DIRECTORY "${usr}/share/zsh/vendor-completions")
file(RENAME "${usr}/share/zsh/site-functions/_phone-agent" "${usr}/share/zsh/vendor-completions/_phone-agent")
file(REMOVE_RECURSE "${usr}/share/zsh/site-functions")
